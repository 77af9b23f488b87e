/** Laying out a JSON text without decoding it: what the log wrote is shown as it wrote it. */

export type TokenKind = 'name' | 'string' | 'number' | 'word' | 'mark' | 'space';

export interface Token {
  kind: TokenKind;
  text: string;
}

const TOKEN = /\s*(?:("[^"\\]*(?:\\[^][^"\\]*)*")(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)|([[\]{},]))/y;

const newline = (depth: number): Token => ({ kind: 'space', text: `\n${'  '.repeat(depth)}` });

/** Lays out one structural mark; returns the new depth. */
function pushMark(tokens: Token[], mark: string, depth: number, previous: string): number {
  if (mark === ',') {
    tokens.push({ kind: 'mark', text: mark }, newline(depth));
    return depth;
  }
  if (mark === '{' || mark === '[') {
    tokens.push({ kind: 'mark', text: mark });
    return depth + 1;
  }
  const isEmpty = previous === '{' || previous === '[';
  if (!isEmpty) tokens.push(newline(depth - 1));
  tokens.push({ kind: 'mark', text: mark });
  return depth - 1;
}

/** The tokens of `raw`, indented by two; null when it is not JSON or nests too deep to be a record. */
export function laidOut(raw: string, depthMax = 100): Token[] | null {
  const tokens: Token[] = [];
  const end = raw.trimEnd().length;
  let depth = 0;
  let previous = '';
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < end; ) {
    const match = TOKEN.exec(raw);
    if (match === null) return null;
    const [, text, colon, number, word, mark] = match;
    const closes = mark === '}' || mark === ']';
    if (closes ? depth === 0 : depth > depthMax) return null;
    if ((previous === '{' || previous === '[') && !closes) tokens.push(newline(depth));
    if (mark !== undefined) depth = pushMark(tokens, mark, depth, previous);
    else if (text !== undefined) tokens.push({ kind: colon ? 'name' : 'string', text });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    if (colon !== undefined) tokens.push({ kind: 'mark', text: ': ' });
    previous = mark ?? '';
  }
  return depth === 0 && tokens.length > 0 ? tokens : null;
}
