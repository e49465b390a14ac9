//! What tests came to, as `JUnit` XML.

use engine::testing::TestReport;

use super::tests::title;
use crate::{loaded::Usable, plain::plain_line};

/// Writes all results as one suite.
pub(crate) fn write(usable: &Usable, reports: &[TestReport]) -> String {
    let failed = reports.iter().filter(|it| !it.passed()).count();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"writ\" tests=\"{}\" failures=\"{failed}\" errors=\"0\">\n",
        reports.len()
    );
    for report in reports {
        let file = report.place.as_ref().map(|it| usable.tree.shown(&it.0)).unwrap_or_default();
        let name = attribute(&title(report));
        let head = format!("    <testcase classname=\"{}\" name=\"{name}\"", attribute(&file));
        if report.passed() {
            out.push_str(&format!("{head}/>\n"));
            continue;
        }
        out.push_str(&format!("{head}>\n"));
        for failure in &report.failures {
            let place = failure.place.as_ref().map(|it| usable.place(it)).unwrap_or_default();
            let message = attribute(&failure.message);
            out.push_str(&format!(
                "      <failure message=\"{message}\">{}</failure>\n",
                attribute(&place)
            ));
        }
        out.push_str("    </testcase>\n");
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// Text between quotes or tags; characters that XML cannot hold are replaced before.
fn attribute(text: &str) -> String {
    let text = plain_line(text).replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;").replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}")
}
