/** Text in pages that are made here. */

export const escaped = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/** Words between backquotes as code; the text is escaped already. */
export const coded = (text: string): string => text.replace(/`([^`]+)`/g, "<code>$1</code>");
