package message

// Tags of BER (X.690) that a signed message is made of.
const (
	berOctets   = 0x04
	berOID      = 0x06
	berSequence = 0x30
	berContext0 = 0xA0
)

// The ids of "signed data" and "data" (RFC 5652 §5.1, §4).
const (
	oidSigned = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
	oidData   = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
)

// signedContent takes the content out of an opaque signed message
// (RFC 8551 §3.5.2): the mail is readable, only wrapped. The signature is not
// judged here. ok is false for anything else, as an encrypted one.
func signedContent(b []byte) (content []byte, ok bool) {
	info, _, ok := berChild(b, berSequence) // ContentInfo
	if !ok {
		return nil, false
	}
	oid, rest, ok := berChild(info, berOID)
	if !ok || string(oid) != oidSigned {
		return nil, false
	}
	explicit, _, _ := berChild(rest, berContext0)
	signed, _, ok := berChild(explicit, berSequence) // SignedData
	for range 2 {                                    // version, digest algorithms
		if _, _, signed, ok = ber(signed, 0); !ok {
			return nil, false
		}
	}
	encap, _, _ := berChild(signed, berSequence) // EncapsulatedContentInfo
	oid, rest, ok = berChild(encap, berOID)
	if !ok || string(oid) != oidData {
		return nil, false
	}
	explicit, _, _ = berChild(rest, berContext0)
	return berOctetString(explicit, 0)
}

// berOctetString joins the pieces of a string that may be written in several.
func berOctetString(b []byte, depth int) (out []byte, ok bool) {
	tag, v, _, ok := ber(b, 0)
	switch {
	case !ok || depth > 4:
		return nil, false
	case tag == berOctets:
		return v, true
	case tag != berOctets|0x20:
		return nil, false
	}
	for len(v) > 0 {
		_, _, rest, ok := ber(v, 0)
		if !ok {
			return nil, false
		}
		piece, ok := berOctetString(v[:len(v)-len(rest)], depth+1)
		if !ok {
			return nil, false
		}
		out, v = append(out, piece...), rest
	}
	return out, true
}

// berChild reads the value at the start of b if it has that tag.
func berChild(b []byte, want byte) (value, rest []byte, ok bool) {
	tag, value, rest, ok := ber(b, 0)
	return value, rest, ok && tag == want
}

// ber reads one value, of definite or indefinite length (X.690 §8.1.3).
func ber(b []byte, depth int) (tag byte, value, rest []byte, ok bool) {
	if len(b) < 2 || b[0]&0x1f == 0x1f || depth > 20 {
		return 0, nil, nil, false
	}
	tag, n, b := b[0], int(b[1]), b[2:]
	switch {
	case n == 0x80:
		if tag&0x20 == 0 {
			return 0, nil, nil, false
		}
		for rest = b; ; {
			if len(rest) >= 2 && rest[0] == 0 && rest[1] == 0 {
				return tag, b[:len(b)-len(rest)], rest[2:], true
			}
			if _, _, rest, ok = ber(rest, depth+1); !ok {
				return 0, nil, nil, false
			}
		}
	case n > 0x80:
		size := n & 0x7f
		if n = 0; size > 4 || size > len(b) {
			return 0, nil, nil, false
		}
		for _, c := range b[:size] {
			n = n<<8 | int(c)
		}
		b = b[size:]
	}
	if n > len(b) {
		return 0, nil, nil, false
	}
	return tag, b[:n], b[n:], true
}
