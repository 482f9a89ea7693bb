/**
 * Finds the raw text of the top-level `data` value of a JSON object, byte for byte as it was sent:
 * what the server hashed. Parsing and writing it again could change it.
 *
 * Returns `null` when the text is no object or has no `data`.
 */
export function rawData(text: string): string | null {
  let depth = 0;
  let start = -1;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '"') {
      const end = stringEnd(text, at);
      if (end < 0) return null;
      if (depth === 1 && start < 0 && text.slice(at, end) === '"data"') {
        const colon = colonAfter(text, end);
        if (colon >= 0) {
          start = colon + 1;
          at = colon;
          continue;
        }
      }
      at = end - 1;
    } else if (letter === "{" || letter === "[") {
      depth += 1;
    } else if (letter === "}" || letter === "]") {
      depth -= 1;
      if (depth === 0) return start < 0 ? null : text.slice(start, at).trim();
    } else if (letter === "," && depth === 1 && start >= 0) {
      return text.slice(start, at).trim();
    }
  }
  return null;
}

/** The place after the closing quote of the string that opens at `from`; −1 when none closes. */
function stringEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return -1;
}

/** The place of the colon that makes the string before `from` a key; −1 when it is a value. */
function colonAfter(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === ":") return at;
    if (!/\s/.test(text[at] ?? "")) return -1;
  }
  return -1;
}
