/** ALLOWED_FILE_TYPES: by what a file is, and for source code by the end of its name too. */

/** Other words for types of ours. */
const synonyms: Readonly<Record<string, string>> = {
  ...{ jpeg: "jpg", tif: "tiff", htm: "html", markdown: "md", text: "txt", yml: "yaml" },
  ...{ docm: "docx", dotx: "docx", xlsm: "xlsx", xltx: "xlsx", pptm: "pptx", potx: "pptx", ott: "odt", tgz: "tar.gz" },
};

const plain = (type: string): string => synonyms[type] ?? type;

/** `allowed`: lower case, without dots; null: every type. */
export function isAllowed(allowed: readonly string[] | null, type: string, name: string): boolean {
  if (allowed === null) return true;
  const types = allowed.map(plain);
  if (types.includes(plain(type))) return true;
  return type === "code" && types.includes(name.toLowerCase().split(".").pop() ?? "");
}
