//! The icons: one path each, drawn with the colour of the text around them.
//!
//! Accessibility: an icon is decoration. Where nothing else says the same, the caller adds text.

use maud::{Markup, html};

/// An icon.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Icon {
    Back,
    Check,
    Clip,
    Clock,
    Cross,
    Dot,
    Down,
    Help,
    Lock,
    Mail,
    NoPrint,
    NoReply,
    Out,
    Print,
    Reply,
    ReplyAll,
    Send,
    Shield,
    Trash,
    Warn,
}

impl Icon {
    /// The outline in a box of 24 by 24.
    fn outline(self) -> &'static str {
        match self {
            Self::Back => "M20 12H4.500M11 5.500 4.500 12l6.500 6.500",
            Self::Check => "m5 12.500 4.700 4.700L19.500 7",
            Self::Clip => {
                "m19.500 11-7.900 7.900a4.600 4.600 0 0 1-6.500-6.500l8.300-8.300a3 3 0 0 1 4.300 4.300\
                 l-8.100 8.100a1.500 1.500 0 0 1-2.100-2.100l7.300-7.300"
            }
            Self::Clock => {
                "M12 3.500a8.500 8.500 0 1 1 0 17 8.500 8.500 0 1 1 0-17M12 7v5.200l3.300 2"
            }
            Self::Cross => "M6 6l12 12M18 6 6 18",
            Self::Dot => "M12 7.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 1 1 0-9",
            Self::Down => "M12 4v11M7 10.500l5 5 5-5M5 20h14",
            Self::Help => {
                "M12 3.500a8.500 8.500 0 1 1 0 17 8.500 8.500 0 1 1 0-17M9.500 9.700a2.500 2.500 0 1 1 \
                 3.600 2.200c-.8.4-1.100.9-1.100 1.800M12 16.700v.2"
            }
            Self::Lock => "M5 10.500h14v10H5zM8 10.500V8a4 4 0 0 1 8 0v2.500",
            Self::Mail => "M3 6.500h18v11a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1zM3.500 7l8.500 6 8.500-6",
            Self::NoPrint => {
                "M9 4h8v4.500M17 16.500h2.500v-7a1 1 0 0 0-1-1H11M7 8.500H5.500a1 1 0 0 0-1 1v7H7M7 14v6\
                 h10v-3M3.500 3.500l17 17"
            }
            Self::NoReply => "M10 5 4 11l6 6M9 11h5a6 6 0 0 1 6 6v1.500M4 20 20 4",
            Self::Out => "M14 4.500H5.500v15H14M10 12h10.500M16.500 8l4 4-4 4",
            Self::Print => {
                "M7 8.500V4h10v4.500M7 16.500H4.500v-7a1 1 0 0 1 1-1h13a1 1 0 0 1 1 1v7H17M7 14h10v6H7z"
            }
            Self::Reply => "M10 5 4 11l6 6M4 11h10a6 6 0 0 1 6 6v1.500",
            Self::ReplyAll => {
                "M7.500 6 3 11l4.500 5M12.500 5.500 7.500 11l5 5.500M7.500 11H15a5.500 5.500 0 0 1 5.500 5.500V18"
            }
            Self::Send => "M20.500 3.500 10 14M20.500 3.500 14 20.500l-4-6.500-6.500-4z",
            Self::Shield => {
                "M12 3 5 5.500v5.700c0 4.500 2.900 7.900 7 9.800 4.100-1.900 7-5.300 7-9.800V5.500z\
                 M9 12l2.200 2.200L15.200 10"
            }
            Self::Trash => {
                "M4.500 7h15M9.500 7V4.500h5V7M6.500 7l.8 12.500h9.400L17.500 7M10 11v5M14 11v5"
            }
            Self::Warn => "M12 4 2.800 19.500h18.400zM12 10v4.500M12 17v.2",
        }
    }
}

/// Draws an icon.
pub(crate) fn icon(icon: Icon) -> Markup {
    marked(icon, "")
}

/// Draws an icon that the style sheet knows by a further class.
pub(crate) fn marked(icon: Icon, class: &str) -> Markup {
    html! {
        svg class={ "i " (class) } viewBox="0 0 24 24" aria-hidden="true" focusable="false" {
            path d=(icon.outline()) {}
        }
    }
}

/// The mark of the product in the header.
pub(crate) fn seal() -> Markup {
    html! {
        svg.seal viewBox="0 0 36 36" aria-hidden="true" focusable="false" {
            rect width="36" height="36" rx="9" fill="#16437e" {}
            path d="M8 12.500h20v12a1.500 1.500 0 0 1-1.500 1.500h-17A1.500 1.500 0 0 1 8 24.500z"
                fill="none" stroke="#fff" stroke-width="2" {}
            path d="m8.500 13 9.500 7 9.500-7" fill="none" stroke="#fff" stroke-width="2" {}
            circle cx="18" cy="21.500" r="5" fill="#d64535" stroke="#16437e" stroke-width="1.500" {}
            path d="m15.900 21.600 1.500 1.500 2.800-3" fill="none" stroke="#fff" stroke-width="1.500" {}
        }
    }
}
