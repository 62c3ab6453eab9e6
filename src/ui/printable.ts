/**
 * Text from outside (a server, a file, another program) made safe for a terminal: escape sequences go, control
 * characters, line ends and marks that turn the writing direction become spaces.
 */
export function printable(text: string): string {
  return text
    .replace(/\u001b(\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(\u0007|\u001b\\)?|[@-_])/g, '')
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ');
}
