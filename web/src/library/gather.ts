/** What was dropped, pasted or chosen, as plain files: folders are gone through. */

export type Gathered = {
  files: File[];
  /** Files and folders that systems hide, and that nobody means. */
  hidden: number;
  /** There was more than one page takes at once. */
  cutShort: boolean;
};

/** `note 9` before `note 10`: systems give a folder in no order that one could see. */
const order = new Intl.Collator(undefined, { numeric: true });

const MOST = 5_000;
const DEEPEST = 32;

/** Call it at once in the event: afterwards the browser has forgotten what was dropped. */
export async function filesOf(transfer: DataTransfer): Promise<Gathered> {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const gathered: Gathered = { files: [], hidden: 0, cutShort: false };
  for (const entry of entries) {
    if (entry instanceof File) take(gathered, entry);
    else if (entry) await walk(gathered, entry, 0);
  }
  return gathered;
}

/** Of an input that takes a whole folder. */
export function filesOfInput(list: FileList): Gathered {
  const gathered: Gathered = { files: [], hidden: 0, cutShort: false };
  for (const file of [...list].sort((one, other) => order.compare(one.webkitRelativePath, other.webkitRelativePath))) {
    if (file.webkitRelativePath.split("/").slice(1).some(isHidden)) gathered.hidden += 1;
    else take(gathered, file);
  }
  return gathered;
}

function take(gathered: Gathered, file: File): void {
  if (gathered.files.length < MOST) gathered.files.push(file);
  else gathered.cutShort = true;
}

async function walk(gathered: Gathered, entry: FileSystemEntry, depth: number): Promise<void> {
  if (depth > 0 && isHidden(entry.name)) {
    gathered.hidden += 1;
    return;
  }
  if (isFile(entry)) return take(gathered, await fileOf(entry));
  if (!isFolder(entry)) return;
  if (depth === DEEPEST) {
    gathered.cutShort = true;
    return;
  }
  const reader = entry.createReader();
  // Some browsers give a hundred at a time.
  for (let more = await someOf(reader); more.length > 0 && !gathered.cutShort; more = await someOf(reader))
    for (const inner of more) await walk(gathered, inner, depth + 1);
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

const someOf = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> =>
  new Promise((resolve, reject) => reader.readEntries(resolve, reject));

const isHidden = (name: string): boolean => name.startsWith(".") || ["Thumbs.db", "desktop.ini"].includes(name);

/** A picture out of the clipboard has the same name every time. */
export function named(file: File, now: Date): File {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const time = now.toISOString().slice(0, 19).replace("T", " ").replaceAll(":", ".");
  return new File([file], file.name.replace("image", `image ${time}`), { type: file.type, lastModified: +now });
}
