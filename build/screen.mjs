const FONT_SIZE = 13;
const LINE = 18;
const CHARACTER = 7.8;
const PADDING = 16;

/** The foreground colours that the program uses, on a dark ground, by their codes. */
const COLORS = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 36: '#79c0ff', 2: '#8b949e' };

/** How many characters stand in a line. */
const WIDTH = 112;

/**
 * What a terminal shows as an SVG.
 *
 * @param text lines with colours in ANSI codes; a longer one goes on in the next, and no word is cut for it
 * @param title what it shows, for who can't see it
 */
export function screen(text, title) {
  const lines = split(spans(text.trimEnd())).flatMap((line) => folded(line));
  const longest = Math.max(...lines.map((line) => characters(line).length));
  const width = Math.ceil(longest * CHARACTER + 2 * PADDING);
  const height = lines.length * LINE + 2 * PADDING;
  const rows = lines.map((line, index) => {
    const parts = line.map(
      ({ text, color, bold }) =>
        `<tspan${color ? ` fill="${color}"` : ''}${bold ? ' font-weight="bold"' : ''}>${escaped(text)}</tspan>`,
    );
    return `<text x="${PADDING}" y="${PADDING + FONT_SIZE + index * LINE}">${parts.join('')}</text>`;
  });
  const words = lines.map((line) => escaped(line.map(({ text }) => text).join(''))).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title" aria-describedby="words">
<title id="title">${escaped(title)}</title>
<desc id="words">
${words}
</desc>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g fill="#e6edf3" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="${FONT_SIZE}" xml:space="preserve">
${rows.join('\n')}
</g>
</svg>
`;
}

/** The parts of a text that look alike. */
function spans(text) {
  let [color, bold] = [null, false];
  const found = [];
  for (const [, codes, words] of text.matchAll(/(?:\u001b\[([\d;]*)m)?([^\u001b]*)/g)) {
    for (const code of codes === undefined ? [] : codes.split(';').map(Number)) {
      if (code in COLORS) color = COLORS[code];
      else if (code === 1) bold = true;
      // 22 ends both what is bold and what is dim.
      else if (code === 39 || code === 22 || code === 0) [color, bold] = [null, code === 39 && bold];
    }
    if (words !== '') found.push({ text: words, color, bold });
  }
  return found;
}

/** The same, line by line. */
function split(parts) {
  const lines = [[]];
  for (const { text, ...look } of parts)
    for (const [index, piece] of text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (piece !== '') lines.at(-1).push({ text: piece, ...look });
    }
  return lines;
}

function folded(line) {
  const all = characters(line);
  if (all.length <= WIDTH) return [line];
  const blank = all.findLastIndex(({ text }, index) => text === ' ' && index <= WIDTH);
  const indent = Math.max(
    4,
    all.findIndex(({ text }) => text !== ' '),
  );
  const cut = blank > indent ? blank : WIDTH;
  const last = all.findLastIndex(({ text }, index) => text !== ' ' && index < cut);
  const rest = all.slice(blank > indent ? cut + 1 : cut);
  return [joined(all.slice(0, last + 1)), ...folded([{ text: ' '.repeat(indent) }, ...joined(rest)])];
}

function characters(line) {
  return line.flatMap(({ text, ...look }) => [...text].map((text) => ({ text, ...look })));
}

function joined(all) {
  const line = [];
  for (const { text, ...look } of all) {
    const last = line.at(-1);
    if (last !== undefined && last.color === look.color && last.bold === look.bold) last.text += text;
    else line.push({ text, ...look });
  }
  return line;
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
