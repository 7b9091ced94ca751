import { decisionText } from "../../protocol/collector/decisionWords.ts";
import type { Report, ReportControl, ReportException } from "../../protocol/collector/report.ts";

/** A report as one page that can be kept and printed, without script. */
export function reportHtml(report: Report): string {
  const { title, about, from, to, madeAt, log, size, checkpoint, controls } = report;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${text(title)}</title><style>${STYLE}</style></head>
<body>
<h1>${text(title)}</h1>
<p>${text(about)}</p>
<p class="note">From ${day(from)} to ${day(to)} (UTC), made ${text(madeAt)} from the log ${text(log)} at ${size} records.</p>
${report.textsDroppedTo === null ? "" : `<p class="note">Texts of records up to ${text(report.textsDroppedTo)} were dropped by retention: figures count these records, and nothing is found by their text.</p>`}
${controls.map(control).join("\n")}
<h2>Checkpoint</h2>
<p>Every record above is a leaf of the tree under this signed checkpoint; <code>/v1/proof/inclusion?chain=…&amp;seq=…</code> proves it.</p>
<pre>${text(checkpoint)}</pre>
</body>
</html>
`;
}

const control = ({ id, title, how, figures, exceptions }: ReportControl): string => `<section>
<h2>${text(id)} ${text(title)}</h2>
<p>${text(how)}</p>
${figures.length === 0 ? "" : `<table><thead><tr><th>Evidence</th><th>Figure</th><th>Query</th></tr></thead><tbody>${figures.map(({ name, value, query }) => `<tr><td>${text(name)}</td><td class="number">${value.toLocaleString("en")}</td><td><code>${text(query)}</code></td></tr>`).join("")}</tbody></table>`}
${exceptions.map(exception).join("\n")}
</section>`;

const exception = ({
  name,
  query,
  count,
  records,
}: ReportException): string => `<h3>${text(name)}: ${count.toLocaleString("en")}</h3>
<p class="note"><code>${text(query)}</code></p>
${records.length === 0 ? "" : `<table><thead><tr><th>Time</th><th>Who</th><th>What</th><th>Decision</th><th>Proof</th></tr></thead><tbody>${records.map(({ hit, hash, leaf }) => `<tr><td>${text(hit.at)}</td><td>${text(hit.actor?.name ?? hit.device)}</td><td><code>${text(hit.summary ?? "(body dropped)")}</code></td><td>${text(hit.decision === null ? "" : decisionText(hit.decision))}</td><td>record ${hit.seq} of ${text(hit.chain)}, leaf ${leaf}, SHA-256 ${text(hash)}</td></tr>`).join("")}</tbody></table>`}`;

/** Text, never markup: statements and names come from people. */
const text = (words: string): string =>
  words.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const day = (iso: string): string => iso.slice(0, 10);

const STYLE = `
body { max-width: 60em; margin: 2em auto; padding: 0 1em; font: 11pt/1.45 system-ui, sans-serif; color: #1f1f1f; background: #fff; }
h1 { font-weight: 400; } h2 { margin-top: 2em; font-size: 13pt; } h3 { font-size: 11pt; }
table { width: 100%; border-collapse: collapse; } th, td { padding: 3px 10px 3px 0; text-align: left; vertical-align: top; border-bottom: 1px solid #ccc; overflow-wrap: anywhere; }
.number { font-variant-numeric: tabular-nums; } .note { color: #5c5c5c; } code, pre { font: 9.5pt ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
@media print { section { break-inside: auto; } h2, h3 { break-after: avoid; } tr { break-inside: avoid; } }
`;
