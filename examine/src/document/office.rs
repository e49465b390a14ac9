//! Office documents in a zip: Office Open XML and Open Document.
//!
//! What a member is called decides nothing but whether it belongs to such documents: all XML is
//! read by what is in it, referred to or not, so that no relation leads away from a text. All
//! other members stay members, and the walk goes on with them.
//!
//! # Source
//!
//! ECMA-376; OASIS Open Document 1.3.

use std::collections::BTreeMap;

use memchr::memmem;

use super::{
    loose,
    markup::{self, Shared, characters, gather, inherit, is_markup},
};
use crate::{
    archive::{Formats, Member, Opened, formats},
    kind::{is_html, is_texty},
    media::is_made_so,
    remark::{DOCUMENT_ALTERNATIVES, DOCUMENT_DAMAGED, ENCRYPTED_DOCUMENT, SHEET_FORMATS},
    unread::of_start,
};

/// Whether the members of a zip are those of a document.
pub(crate) fn is_office(members: &[Member]) -> bool {
    members.iter().any(|member| {
        let manifest = b"urn:oasis:names:tc:opendocument:xmlns:manifest";
        member.name.eq_ignore_ascii_case("[Content_Types].xml")
            || (member.name.eq_ignore_ascii_case("META-INF/manifest.xml")
                && memmem::find(&member.octets, manifest).is_some())
            || (member.name == "mimetype"
                && member.octets.starts_with(b"application/vnd.oasis.opendocument"))
            || (member.name == "content.xml" && is_markup(&member.octets))
    })
}

/// Reads the members of a zip as those of a document: XML becomes text, the rest stays.
pub(crate) fn read(opened: Opened) -> Opened {
    let mut document = Opened { texts: opened.texts, remarks: opened.remarks, ..Opened::default() };
    let mut files = Vec::new();
    for member in opened.members {
        match kind(&member) {
            Kind::File => document.members.push(member),
            Kind::Settings => {
                let text = loose::words(&member.octets);
                document.remarks.extend(member.remarks);
                document.texts.push(text);
            }
            Kind::Markup => {
                document.remarks.extend(&member.remarks);
                if !belongs(&member.name) {
                    document.members.push(member.clone());
                }
                files.push(member);
            }
        }
    }
    texts(&files, &mut document);
    // What a relation takes for a page is shown as one, whatever its first octets are.
    let takes = |it: &Member| memmem::find(&it.octets, b"aFChunk").is_some();
    let is_media = |it: &Member| is_made_so(&it.octets) && !is_texty(&it.octets);
    if files.iter().any(takes) && document.members.iter().any(is_media) {
        document.remarks.push(DOCUMENT_ALTERNATIVES);
    }
    document.texts.retain(|it| !it.trim().is_empty());
    document.remarks.sort_unstable();
    document.remarks.dedup();
    document
}

enum Kind {
    File,
    Markup,
    /// Octets that no program opens: printers and caches.
    Settings,
}

fn kind(member: &Member) -> Kind {
    const SETTINGS_OCTETS_MAX: usize = 256 * 1024;
    let name = member.name.to_ascii_lowercase();
    let settings = name == "mimetype"
        || name == "layout-cache"
        || name.starts_with("[trash]/")
        || (name.contains("printersettings") && name.ends_with(".bin"));
    let octets = member.octets.as_slice();
    if settings && octets.len() <= SETTINGS_OCTETS_MAX && !opens(octets) {
        return Kind::Settings;
    }
    let page = [".htm", ".html", ".xhtml", ".mht", ".svg"].iter().any(|it| name.ends_with(it));
    match is_markup(octets) && !page {
        true => Kind::Markup,
        false => Kind::File,
    }
}

/// Whether some program could open octets that are called settings.
fn opens(octets: &[u8]) -> bool {
    is_texty(octets)
        || octets.starts_with(b"%PDF")
        || octets.starts_with(b"\xd0\xcf")
        || of_start(octets).is_some()
        || formats(octets) != Formats::default()
}

/// Whether a member has a place that office programs give theirs. Others are files of their own,
/// too, whose names count.
fn belongs(name: &str) -> bool {
    const FOLDERS: [&str; 9] = [
        "_rels/",
        "customXml/",
        "docProps/",
        "META-INF/",
        "ppt/",
        "theme/",
        "visio/",
        "word/",
        "xl/",
    ];
    const FILES: [&str; 7] = [
        "[Content_Types].xml",
        "content.xml",
        "current.xml",
        "manifest.rdf",
        "meta.xml",
        "settings.xml",
        "styles.xml",
    ];
    let file = name.rsplit('/').next().unwrap_or_default();
    FOLDERS.iter().any(|it| name.starts_with(it)) || FILES.contains(&file)
}

/// The texts of the XML members.
fn texts(files: &[Member], document: &mut Opened) {
    let mut shared = Shared::default();
    let mut bases = BTreeMap::new();
    let mut sources = Vec::new();
    for file in files {
        let encrypted = b"encryption-data";
        if file.name == "META-INF/manifest.xml" && memmem::find(&file.octets, encrypted).is_some() {
            document.remarks.push(ENCRYPTED_DOCUMENT);
        }
        let Some(xml) = characters(&file.octets) else {
            document.remarks.push(DOCUMENT_DAMAGED);
            continue;
        };
        gather(&xml, &mut shared.hidden_styles, &mut bases);
        if xml.contains("cellXfs") && xml.contains("numFmt") {
            shared.numbers.gather(&xml);
        }
        sources.push(xml);
    }
    document.remarks.extend(shared.numbers.is_worded().then_some(SHEET_FORMATS));
    if sources.iter().any(|it| it.contains("dataBinding")) {
        for data in sources.iter().filter(|it| !it.contains("wordprocessingml")) {
            shared.bound.gather(data);
        }
    }
    inherit(&mut shared.hidden_styles, &bases);
    // Sheets refer to the strings of another member, which comes behind them.
    sources.sort_by_key(|xml| !holds_strings(xml));
    for xml in &sources {
        let markup = markup::read(xml, &mut shared);
        take(markup, &mut shared, document);
    }
    let unused = shared.strings.iter().filter(|it| !it.1).map(|it| it.0.as_str());
    document.texts.push(unused.collect::<Vec<_>>().join("\n"));
}

fn holds_strings(xml: &str) -> bool {
    let start: String = xml.chars().take(1024).collect();
    start.contains("<sst") || start.contains(":sst")
}

fn take(markup: markup::Markup, shared: &mut Shared, document: &mut Opened) {
    shared.strings.extend(markup.strings.into_iter().map(|it| (it, false)));
    document.texts.extend([markup.shown, markup.hidden]);
    document.remarks.extend(markup.remarks);
    let file = |octets| Member { octets, ..Member::default() };
    document.members.extend(markup.files.into_iter().map(file));
}

/// Reads an XML file that stands for itself: a document such as those of Word 2003 and flat Open
/// Document, a drawing, data. None for pages, and where nothing says that it is XML.
pub(super) fn flat(octets: &[u8]) -> Option<Opened> {
    if !is_markup(octets) {
        return None;
    }
    let xml = characters(octets)?;
    let is_declared = xml.trim_start_matches('\u{feff}').trim_start().starts_with("<?xml");
    // A page need not be whole as XML has it, and is read as one.
    if !is_declared && !xml.contains("xmlns") || is_html(&xml) && !xml.contains("<!ENTITY") {
        return None;
    }
    let mut document = Opened::default();
    let mut shared = Shared::default();
    let mut bases = BTreeMap::new();
    gather(&xml, &mut shared.hidden_styles, &mut bases);
    inherit(&mut shared.hidden_styles, &bases);
    let markup = markup::read(&xml, &mut shared);
    take(markup, &mut shared, &mut document);
    document.texts.extend(shared.strings.into_iter().map(|it| it.0));
    document.texts.retain(|it| !it.trim().is_empty());
    Some(document)
}
