//! The codes of literals, and their pages of the manual.

use crate::diagnostic::{Code, Explained};

codes! {
    ADDRESS = error 20, "this is not an address",
        "An address is written `alice@acme.example`, alone: no name, no angle brackets. A part before \
         the `@` with spaces or other special characters stands in quotes. For a whole domain write \
         `domain acme.example`.",
        wrong "    policy cards {\n      owner mailto:dlp@acme.example\n      then hold\n    }",
        right "    policy cards {\n      owner dlp@acme.example\n      then hold\n    }";
    DOMAIN = error 21, "this is not a domain",
        "A domain is written `acme.example`. `*.acme.example` stands for everything below it, and \
         never for `acme.example` itself. Domains with letters beyond a to z may be written in either \
         form.",
        wrong "    domains partners {\n      .supplier.example\n    }",
        right "    domains partners {\n      *.supplier.example\n    }";
    NETWORK = error 22, "this is not a network",
        "A network is written as its first address and the number of bits that are fixed: \
         `192.0.2.0/24`, `2001:db8:40::/48`. A single address may stand alone.",
        wrong "    networks offices {\n      192.0.2.0/255.255.255.0\n    }",
        right "    networks offices {\n      192.0.2.0/24\n    }";
    DATE = error 23, "this is not a date",
        "A date is written year, month, day: `2026-03-02`; a time follows after a space: `2026-03-02 \
         09:30`. Both are in the organisation's time zone. `03/04/2026` is March in one country and \
         April in another.",
        wrong "    policy cards {\n      valid until 31 December 2026\n      then hold\n    }",
        right "    policy cards {\n      valid until 2026-12-31\n      then hold\n    }";
    DURATION = error 24, "this is not a length of time",
        "A length of time is a whole number and a unit: `30 days`, `12 hours`, `6 months`. A month is \
         30 days and a year 365, whenever they begin.",
        wrong "    definition d {\n      expires after 30d\n    }",
        right "    definition d {\n      expires after 30 days\n    }";
    SIZE = error 25, "this is not a size",
        "A size is a whole number and a unit: `500 KB`, `10 MB`, `35 MiB`. KB, MB and GB are \
         thousands; KiB, MiB and GiB are powers of 1024.",
        wrong "    policy large {\n      when message larger than 35mb\n      then hold\n    }",
        right "    policy large {\n      when message larger than 35 MB\n      then hold\n    }";
    REGEX_TEXT = error 26, "this is not a regular expression between slashes",
        "A regular expression stands between slashes: `/\\b[0-9]{4}\\b/`. A slash inside is written \
         `\\/`. Flags go inside: `/(?i)secret/` finds capitals too.",
        wrong "    pattern p {\n      match /secret/i\n    }",
        right "    pattern p {\n      match /(?i)secret/\n    }";
    HEADER_NAME = error 27, "this is not the name of a header",
        "The name of a header is written without its colon, such as `\"X-Secure-Message\"`.",
        wrong "    request r {\n      header \"X-Secure:\" is \"yes\"\n      then secure with d\n    }",
        right "    request r {\n      header \"X-Secure\" is \"yes\"\n      then secure with d\n    }";
    TIME_ZONE = error 28, "this is not a time zone",
        "A time zone is named by continent and city, such as `Europe/London`, or `UTC`. Abbreviations \
         such as `BST` mean different things in different places.",
        wrong "    organisation acme {\n      time zone London\n    }",
        right "    organisation acme {\n      time zone Europe/London\n    }";
    REGEX_MISPLACED = error 50, "no regular expression can stand here",
        "A regular expression stands on the line `match` of a pattern, which examinations count by \
         its name. Terms and subjects are texts, found as they stand. Names of attachments are \
         compared with `*` for any letters and `?` for one.",
        wrong "    policy programs {\n      when attachment name matches /\\.exe$/\n      then hold\n    }",
        right "    policy programs {\n      when attachment name matches \"*.exe\"\n      then hold\n    }";
    REGEX_UNCLOSED = error 51, "a regular expression is not closed",
        "A regular expression stands between two slashes on one line.",
        wrong "    pattern p {\n      match /secret\n    }",
        right "    pattern p {\n      match /secret/\n    }";
    ADDRESS_OF_ALL = error 52, "this is no address but a whole domain",
        "In mail a star before the `@` is a letter like any other, so `*@acme.example` would match \
         nobody. Everybody at a domain is `domain acme.example`; everybody below it is \
         `*.acme.example`.",
        wrong "    policy cards {\n      to *@shop.example\n      then hold\n    }",
        right "    policy cards {\n      to domain shop.example\n      then hold\n    }";
    NETWORK_HOST = error 53, "this address is inside its network, not its start",
        "The number after the slash says how many bits are fixed; all bits after them must be zero. \
         `192.0.2.17/24` is one host of the network `192.0.2.0/24`. The finding offers the network, \
         but perhaps the host alone was meant.",
        wrong "    networks offices {\n      192.0.2.17/24\n    }",
        right "    networks offices {\n      192.0.2.0/24\n      198.51.100.17\n    }";
    NETWORK_RANGE = error 54, "this is a range of addresses",
        "Addresses from one to another are written as the networks that cover them. The finding \
         offers them where they are few.",
        wrong "    networks offices {\n      192.0.2.0-192.0.2.127\n    }",
        right "    networks offices {\n      192.0.2.0/25\n    }";
    DATE_ABSENT = error 55, "there is no such day",
        "The date is written as it should be, but the calendar does not have it.",
        wrong "    policy cards {\n      valid until 2026-02-30\n      then hold\n    }",
        right "    policy cards {\n      valid until 2026-02-28\n      then hold\n    }";
    UNIT_MISSING = error 63, "this number has no unit",
        "A length of time or a size has its unit with it, so that nobody takes days for hours.",
        wrong "    definition d {\n      expires after 30\n    }",
        right "    definition d {\n      expires after 30 days\n    }";
    DOMAIN_BARE = warning 101, "this domain is a single word",
        "`com` or `acme` names a top-level domain or a host without its domain, and no mail goes \
         there from outside. Perhaps a comma stands where a dot was meant: `acme,example` is two \
         domains. An address such as `info@shop` has such a domain, too. For everything below a \
         top-level domain write `*.uk`.",
        wrong "    domains partners {\n      shop\n    }",
        right "    domains partners {\n      shop.example\n    }";
}
