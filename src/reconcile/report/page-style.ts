/** The page's only style. What changes here changes {@link styleHash}; a test says to what. */
export const pageStyle = `
:root{color-scheme:light dark;--back:#f6f7f9;--card:#fff;--text:#1b1f24;--quiet:#565e68;--line:#d8dde3;--good:#166534;--bad:#b42318;--open:#8a5300;--missing:#c2410c;--mismatch:#6d28d9;--orphan:#0e7490;--duplicate:#9d174d;--waiting:#64707d;--rest:#e3e7ec}
@media (prefers-color-scheme:dark){:root{--back:#111418;--card:#1a1f25;--text:#e8ebef;--quiet:#a3adb8;--line:#343c46;--good:#6fdd9a;--bad:#ff9a8f;--open:#f3c063;--missing:#fb923c;--mismatch:#b69cff;--orphan:#4fd1e8;--duplicate:#f58cc0;--waiting:#98a4b0;--rest:#303841}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1.25rem 1rem 3rem;background:var(--back);color:var(--text);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
h1{overflow-wrap:anywhere;font-size:1.5rem;line-height:1.25;margin:0 0 .5rem;text-wrap:balance}
h2{font-size:1.15rem;margin:2rem 0 .75rem}
h3{font-size:1rem;margin:0;overflow-wrap:anywhere}
p{margin:.25rem 0}
.quiet{color:var(--quiet)}
.verdict{border-left:.4rem solid;padding:.25rem 0 .25rem 1rem;margin-bottom:1.25rem}
.equal{border-color:var(--good)}.drift{border-color:var(--bad)}.unknown{border-color:var(--open)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:0}
dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:1rem}
.card,.scroll{background:var(--card);border:1px solid var(--line);border-radius:.6rem}
.card{padding:1rem}
.share{font-size:1.75rem;font-weight:650;line-height:1.2;margin:.25rem 0 0}
svg{display:block;width:100%;max-width:28rem;height:auto;margin-top:.75rem}
svg text{fill:var(--text);font-size:13px}
svg .name{fill:var(--quiet)}
.rest{fill:var(--rest)}.all{fill:var(--good)}
.missing{fill:var(--missing)}.mismatch{fill:var(--mismatch)}.orphan{fill:var(--orphan)}.duplicate{fill:var(--duplicate)}.inFlight,.unstable{fill:var(--waiting)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.4rem .75rem;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--quiet);font-weight:600;white-space:nowrap;vertical-align:bottom}
tbody th{font-weight:600}
.number{text-align:right;white-space:nowrap}
.text,.key{overflow-wrap:anywhere;min-width:8rem}
.key{min-width:11rem}
.tag{white-space:nowrap}
.is-bad{color:var(--bad)}.is-open{color:var(--open)}.is-good{color:var(--good)}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.scroll:focus-visible{outline:2px solid var(--mismatch);outline-offset:2px}
@media (max-width:40rem){th,td{padding:.35rem .5rem}.text{min-width:6rem}}
@media print{body{background:#fff;max-width:none}.card{break-inside:avoid}}
`

/** Lets a browser apply this style and no other. https://www.w3.org/TR/CSP3/#grammardef-hash-source */
export const styleHash = 'sha256-lxX2Epd5YswLSSCGZu2uR456jWpELAq3gb3QTSHhiuw='
