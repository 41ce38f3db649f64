// Reads a file that was dropped as text: UTF-8, UTF-16, or as Windows wrote it before; a file that is not text is refused.

import { decode, isBinary } from '../../module/decode.js';

/** What keeps a file from being read. */
export const FILE_PROBLEMS = ['file_not_text', 'file_empty', 'file_unreadable'] as const;

export type FileText = { text: string; isCut: boolean } | { problem: (typeof FILE_PROBLEMS)[number] };

/** Bytes of a file that are read as a list: 4 million. */
const MOST_BYTES = 2 ** 22;

export async function readText(file: Blob): Promise<FileText> {
  try {
    const bytes = new Uint8Array(await file.slice(0, MOST_BYTES).arrayBuffer());
    const text = decode(bytes).replace(/\r\n?/g, '\n');
    if (isBinary(text)) return { problem: 'file_not_text' };
    if (!/[\p{L}\p{N}]/u.test(text)) return { problem: 'file_empty' };
    return { text, isCut: file.size > MOST_BYTES };
  } catch {
    return { problem: 'file_unreadable' };
  }
}

/** A text that was pasted, as long as a file may be. */
export function readPasted(text: string): { text: string; isCut: boolean } {
  const whole = text.replace(/\r\n?/g, '\n');
  return { text: whole.slice(0, MOST_BYTES), isCut: whole.length > MOST_BYTES };
}

/** What comes in after what is in a box. */
export function afterLines(before: string, text: string): string {
  return before.trim() ? `${before.trimEnd()}\n${text}` : text;
}

/** A list on one line: a text field drops line breaks, and would join two names to one. */
export function onOneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ', ');
}

/** A text that was cut, without the name at its end: half a name is another name. */
export function withoutHalfName(text: string): string {
  const end = text.search(/[\s,;][^\s,;]*$/);
  return end < 0 ? text : text.slice(0, end);
}
