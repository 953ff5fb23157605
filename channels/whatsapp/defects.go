package whatsapp

// The defects of a chat's message, and why one opens no case: stable codes, some
// with a detail behind a colon; the console has the words.
const (
	// Unread stands in for a message that could not be read. When the message
	// comes after all it has the same ExternalID.
	Unread              = "unread"
	defectMalformed     = "chat-malformed" // "chat-malformed:unexpected EOF"
	defectUnknown       = "chat-unknown"   // "chat-unknown:eventMessage": a kind that the desk cannot show
	defectNotFetched    = "file-not-fetched"
	defectForwarded     = "forwarded"
	defectForwardedMuch = "forwarded-often"
	defectOncePhoto     = "once-photo" // sent to be seen once
	defectOnceVideo     = "once-video"
	defectOnceVoice     = "once-voice"
	defectOnceMedia     = "once-media" // one of these: WhatsApp did not say which
	defectOnceKept      = "once-kept"  // its file could be had
	defectOnceLost      = "once-lost"  // its file could not
	asideOwnPhone       = "own-phone"
	asideGroup          = "group"
	asideBroadcast      = "broadcast"
	asideNewsletter     = "newsletter"
	asideProgram        = "program"
	asideReaction       = "reaction"
	asideForeign        = "foreign-change" // a change of what somebody else wrote
	asideEmptyEdit      = "empty-edit"
	asideDeleted        = "taken-back"
	asideChatSetting    = "chat-setting"
	asideTechnical      = "chat-technical"
	asideVote           = "vote"
	asideEmptyMessage   = "chat-empty"
)
