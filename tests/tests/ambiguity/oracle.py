# Reads messages, each behind its length in decimal and a newline, from standard input; prints for
# each a line with 1 where Python's own mail package shows the marker to a reader, else 0.
import email
import email.policy
import sys

MARKER = sys.argv[1]


def texts(message):
    for part in message.walk():
        name = part.get_filename()
        if name:
            yield str(name)
        if part.is_multipart():
            continue
        octets = part.get_payload(decode=True) or b""
        charsets = [part.get_content_charset() or "utf-8", "utf-8", "latin-1"]
        for charset in charsets:
            try:
                yield octets.decode(charset, "replace")
            except (LookupError, ValueError):
                pass


def shows(octets):
    for policy in (email.policy.compat32, email.policy.default):
        try:
            message = email.message_from_bytes(octets, policy=policy)
            if any(MARKER in text for text in texts(message)):
                return True
        except Exception:
            # What it cannot read at all, it does not show.
            pass
    return False


source = sys.stdin.buffer
while line := source.readline():
    print(int(shows(source.read(int(line)))))
