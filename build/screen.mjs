const FONT_SIZE = 13;
const LINE = 18;
const CHARACTER = 7.8;
const PADDING = 16;

/** The foreground colours that the program uses, on a dark ground, by their codes. */
const COLORS = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 36: '#79c0ff', 2: '#8b949e' };

/**
 * What a terminal shows as an SVG.
 *
 * @param text lines with colours in ANSI codes
 * @param title what it shows, for who can't see it
 */
export function screen(text, title) {
  const lines = text.trimEnd().split('\n').map(spans);
  const longest = Math.max(...lines.map((line) => line.reduce((sum, { text }) => sum + [...text].length, 0)));
  const width = Math.ceil(longest * CHARACTER + 2 * PADDING);
  const height = lines.length * LINE + 2 * PADDING;
  const rows = lines.map((line, index) => {
    const parts = line.map(
      ({ text, color, bold }) =>
        `<tspan${color ? ` fill="${color}"` : ''}${bold ? ' font-weight="bold"' : ''}>${escaped(text)}</tspan>`,
    );
    return `<text x="${PADDING}" y="${PADDING + FONT_SIZE + index * LINE}">${parts.join('')}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g fill="#e6edf3" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="${FONT_SIZE}" xml:space="preserve">
${rows.join('\n')}
</g>
</svg>
`;
}

/** The parts of a line that look alike. */
function spans(line) {
  let [color, bold] = [null, false];
  const found = [];
  for (const [, codes, text] of line.matchAll(/(?:\u001b\[([\d;]*)m)?([^\u001b]*)/g)) {
    for (const code of codes === undefined ? [] : codes.split(';').map(Number)) {
      if (code in COLORS) color = COLORS[code];
      else if (code === 1) bold = true;
      else if (code === 39 || code === 22 || code === 0) [color, bold] = [null, code === 39 && bold];
    }
    if (text !== '') found.push({ text, color, bold });
  }
  return found;
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
