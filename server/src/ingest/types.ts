/** Every type a file is told as, what people call it, and how its names end. */

type TypeRow = { label: string; mime: string; endings: readonly string[] };

const rows = {
  pdf: { label: "a PDF document", mime: "application/pdf", endings: ["pdf"] },
  docx: {
    label: "a Word document",
    mime: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    endings: ["docx", "docm", "dotx", "dotm"],
  },
  doc: { label: "an old Word document", mime: "application/msword", endings: ["doc", "dot"] },
  pptx: {
    label: "a PowerPoint presentation",
    mime: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    endings: ["pptx", "pptm", "potx", "potm", "ppsx", "ppsm"],
  },
  ppt: {
    label: "an old PowerPoint presentation",
    mime: "application/vnd.ms-powerpoint",
    endings: ["ppt", "pps", "pot"],
  },
  xlsx: {
    label: "an Excel workbook",
    mime: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    endings: ["xlsx", "xlsm", "xlsb", "xltx", "xltm"],
  },
  xls: { label: "an old Excel workbook", mime: "application/vnd.ms-excel", endings: ["xls", "xlt"] },
  ods: {
    label: "an OpenDocument sheet",
    mime: "application/vnd.oasis.opendocument.spreadsheet",
    endings: ["ods", "ots", "sxc"],
  },
  odt: {
    label: "an OpenDocument text",
    mime: "application/vnd.oasis.opendocument.text",
    endings: ["odt", "ott", "odm", "sxw"],
  },
  odp: {
    label: "an OpenDocument presentation",
    mime: "application/vnd.oasis.opendocument.presentation",
    endings: ["odp", "otp", "sxi"],
  },
  rtf: { label: "rich text", mime: "application/rtf", endings: ["rtf"] },
  epub: { label: "an EPUB book", mime: "application/epub+zip", endings: ["epub"] },
  txt: {
    label: "plain text",
    mime: "text/plain",
    endings: ["txt", "text", "log", "asc", "adoc", "asciidoc", "rst", "org"],
  },
  md: { label: "Markdown", mime: "text/markdown", endings: ["md", "markdown", "mdown", "mkd"] },
  html: { label: "a web page", mime: "text/html", endings: ["html", "htm", "xhtml", "xht", "shtml"] },
  xml: {
    label: "XML",
    mime: "application/xml",
    endings: ["xml", "xsd", "xsl", "xslt", "rss", "atom", "rdf", "plist", "gpx", "kml", "wsdl", "xliff", "xlf", "opml"],
  },
  svg: { label: "an SVG picture", mime: "image/svg+xml", endings: ["svg"] },
  json: { label: "JSON", mime: "application/json", endings: ["json", "geojson", "jsonld", "webmanifest", "har"] },
  ndjson: { label: "JSON, a value a line", mime: "application/x-ndjson", endings: ["ndjson", "jsonl"] },
  yaml: { label: "YAML", mime: "application/yaml", endings: ["yaml", "yml"] },
  toml: { label: "TOML", mime: "application/toml", endings: ["toml"] },
  ini: { label: "settings", mime: "text/plain", endings: ["ini", "cfg", "conf", "properties", "env", "editorconfig"] },
  csv: { label: "a table (CSV)", mime: "text/csv", endings: ["csv"] },
  tsv: { label: "a table (TSV)", mime: "text/tab-separated-values", endings: ["tsv", "tab"] },
  ipynb: { label: "a Jupyter notebook", mime: "application/x-ipynb+json", endings: ["ipynb"] },
  eml: { label: "an e-mail", mime: "message/rfc822", endings: ["eml", "emlx", "mht", "mhtml"] },
  msg: { label: "an Outlook message", mime: "application/vnd.ms-outlook", endings: ["msg"] },
  mbox: { label: "a mailbox", mime: "application/mbox", endings: ["mbox"] },
  srt: { label: "subtitles", mime: "application/x-subrip", endings: ["srt"] },
  vtt: { label: "subtitles", mime: "text/vtt", endings: ["vtt"] },
  zip: {
    label: "a ZIP archive",
    mime: "application/zip",
    endings: ["zip", "jar", "war", "apk", "whl", "cbz", "nupkg"],
  },
  tar: { label: "a TAR archive", mime: "application/x-tar", endings: ["tar"] },
  "tar.gz": { label: "a compressed TAR archive", mime: "application/gzip", endings: ["tar.gz", "tgz"] },
  gz: { label: "a GZIP file", mime: "application/gzip", endings: ["gz"] },
  bz2: { label: "a BZIP2 file", mime: "application/x-bzip2", endings: ["bz2", "tbz2"] },
  xz: { label: "an XZ file", mime: "application/x-xz", endings: ["xz", "txz"] },
  "7z": { label: "a 7-Zip archive", mime: "application/x-7z-compressed", endings: ["7z"] },
  rar: { label: "a RAR archive", mime: "application/vnd.rar", endings: ["rar", "cbr"] },
  jpg: { label: "a JPEG picture", mime: "image/jpeg", endings: ["jpg", "jpeg", "jpe", "jfif"] },
  png: { label: "a PNG picture", mime: "image/png", endings: ["png", "apng"] },
  gif: { label: "a GIF picture", mime: "image/gif", endings: ["gif"] },
  webp: { label: "a WebP picture", mime: "image/webp", endings: ["webp"] },
  tiff: { label: "a TIFF picture", mime: "image/tiff", endings: ["tif", "tiff"] },
  bmp: { label: "a BMP picture", mime: "image/bmp", endings: ["bmp", "dib"] },
  heic: { label: "a HEIC picture", mime: "image/heic", endings: ["heic", "heif"] },
  avif: { label: "an AVIF picture", mime: "image/avif", endings: ["avif"] },
  ico: { label: "an icon", mime: "image/x-icon", endings: ["ico", "cur"] },
  mp3: { label: "MP3 audio", mime: "audio/mpeg", endings: ["mp3", "mp2", "mp1"] },
  wav: { label: "WAV audio", mime: "audio/wav", endings: ["wav"] },
  flac: { label: "FLAC audio", mime: "audio/flac", endings: ["flac"] },
  ogg: { label: "Ogg audio", mime: "audio/ogg", endings: ["ogg", "oga", "opus", "spx", "ogv", "ogx"] },
  m4a: { label: "MPEG-4 audio", mime: "audio/mp4", endings: ["m4a", "m4b"] },
  aac: { label: "AAC audio", mime: "audio/aac", endings: ["aac"] },
  mp4: { label: "an MPEG-4 film", mime: "video/mp4", endings: ["mp4", "m4v", "3gp", "3g2"] },
  mov: { label: "a QuickTime film", mime: "video/quicktime", endings: ["mov", "qt"] },
  avi: { label: "an AVI film", mime: "video/x-msvideo", endings: ["avi"] },
  mkv: { label: "a Matroska film", mime: "video/matroska", endings: ["mkv", "mka"] },
  webm: { label: "a WebM film", mime: "video/webm", endings: ["webm"] },
  code: { label: "source code", mime: "text/plain", endings: [] },
  unknown: { label: "of an unknown type", mime: "application/octet-stream", endings: [] },
} as const satisfies Record<string, TypeRow>;

export type FileType = keyof typeof rows;

export const aboutType = (type: FileType): TypeRow => rows[type];

const byEnding = new Map<string, FileType>(
  Object.entries(rows).flatMap(([type, { endings }]) => endings.map((ending) => [ending, type as FileType] as const)),
);

/** `tar.gz` rather than `gz`; empty: it has none. */
export function endingOf(name: string): string {
  const [, two = "", one = ""] = /(?:\.(\w+))?\.(\w+)$/.exec(name.toLowerCase()) ?? [];
  return two === "tar" && one !== "" ? `tar.${one}` : one;
}

/** What a name lets expect, source code apart; null: nothing known. */
export const typeByName = (name: string): FileType | null => {
  const ending = endingOf(name);
  return byEnding.get(ending) ?? byEnding.get(ending.split(".").at(-1) ?? "") ?? null;
};

/** Null: of no type we know, or of a type that says nothing, such as `text/plain`. */
export function typeByMime(mime: string): FileType | null {
  const bare = mime.split(";")[0]?.trim().toLowerCase();
  for (const [type, row] of Object.entries(rows))
    if (row.mime === bare && bare !== "text/plain" && type !== "unknown") return type as FileType;
  return null;
}
