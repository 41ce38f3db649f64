// The text of a file: UTF-8, UTF-16, or as spreadsheet programs on Windows save a table.

/** By the mark at the beginning of a file. Without one, what is no UTF-8 is a table from a spreadsheet program on Windows. */
export function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    // As a stream: the last letter of a file that was cut may be half a letter.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Whether a file is no text: tables of a spreadsheet program, pictures and the like have zero bytes at their beginning. */
export const isBinary = (text: string): boolean => text.slice(0, 1_024).includes('\0');
