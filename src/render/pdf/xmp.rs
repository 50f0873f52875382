//! The file's metadata as XMP: a repetition of `Info`, and the standards of the file.

use std::fmt::Write as _;

use crate::harmless::shown;

/// The metadata of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// Shown in the window's title.
    pub title: String,
    /// The language of its texts, as in BCP 47.
    pub language: &'static str,
    /// Name and version of the program that wrote it.
    pub program: String,
    /// In the syntax of PDF, from the report and never from the clock.
    pub created: Option<String>,
}

/// The namespaces, and the extension schema that PDF/A requires for the namespace of PDF/UA.
const BEGIN: &str = r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Part of ISO 14289 that the file keeps</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>
"#;
const END: &str = "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>";

/// The packet for the file.
#[must_use]
pub fn packet(meta: &Meta) -> String {
    let mut packet = BEGIN.replace("begin=\"\"", "begin=\"\u{feff}\"");
    let (title, program, language) = (escaped(&meta.title), escaped(&meta.program), meta.language);
    let _ = writeln!(
        packet,
        "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\
         <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>\
         <xmp:CreatorTool>{program}</xmp:CreatorTool><pdf:Producer>{program}</pdf:Producer>"
    );
    if let Some(created) = meta.created.as_deref().and_then(iso) {
        let _ = writeln!(packet, "<xmp:CreateDate>{created}</xmp:CreateDate>");
    }
    packet.push_str(END);
    packet
}

/// A date in the syntax of PDF, `D:20260308235958Z`, converted to that of XMP.
fn iso(date: &str) -> Option<String> {
    let digits = date.strip_prefix("D:")?;
    let part = |from: usize, to: usize| digits.get(from..to);
    Some(format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4)?,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?
    ))
}

fn escaped(text: &str) -> String {
    shown(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_leave_its_element() {
        let meta = Meta {
            title: "A & B </rdf:li>".to_owned(),
            language: "pt",
            program: "dialogram 1".to_owned(),
            created: Some("D:20260308235958Z".to_owned()),
        };
        let packet = packet(&meta);
        assert!(packet.contains(">A &amp; B &lt;/rdf:li&gt;</rdf:li>"), "{packet}");
        assert!(packet.contains("<xmp:CreateDate>2026-03-08T23:59:58Z</xmp:CreateDate>"));
        let mut reader = quick_xml::Reader::from_str(&packet);
        while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
    }
}
