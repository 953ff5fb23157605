package message

import (
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// TestGuessEncoding: bytes without a label become words, and western ones,
// however short, are never taken for others.
func TestGuessEncoding(t *testing.T) {
	for _, c := range []struct {
		text string
		in   encoding.Encoding
	}{
		{"系统无法打开，请帮忙处理。", simplifiedchinese.GBK},
		{"邮件传输失败！", simplifiedchinese.GBK},
		{"系統無法登入，請協助處理。", traditionalchinese.Big5},
		{"システムにログインできません。確認してください。", japanese.ShiftJIS},
		{"システムにログインできません。確認してください。", japanese.EUCJP},
		{"시스템에 로그인할 수 없습니다. 확인해 주세요.", korean.EUCKR},
		{"Здравствуйте, не могу войти в систему.", charmap.Windows1251},
		{"Здравствуйте, не могу войти в систему.", charmap.KOI8R},
		{"Buenos días, ¿cuándo funcionará? Señor Muñoz, ÑANDÚ, ¡¡ayúdeme!!", charmap.Windows1252},
		{"¡¡¡¡AYÚDENME!!!! áéíóú ÁÉÍÓÚÑ ¿¿¿¿QUÉ PASÓ????", charmap.Windows1252},
		{"áéíóú", charmap.Windows1252},
		{"ÁÉÍÓÚÑÜ", charmap.Windows1252},
		{"“señal” – «¡ñandú!» €€€€ äöüßäöüß", charmap.Windows1252},
	} {
		b, err := c.in.NewEncoder().Bytes([]byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := toUTF8(b, ""); got != c.text {
			t.Errorf("%v: got %q, want %q", c.in, got, c.text)
		}
	}
}
