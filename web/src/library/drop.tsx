/** Files can be dropped anywhere on the page, and pasted. */
import { Upload } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { say } from "../ui/toasts.tsx";
import { useAdd } from "./add.ts";
import { filesOf, type Gathered, named } from "./gather.ts";

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes("Files") ?? false;

/** Covers the page while something is held over it. */
export function DropAnywhere() {
  const { t } = useWords();
  const isOver = useDropped();
  if (!isOver) return null;
  return (
    <div className="library-drop">
      <div className="library-drop-word">
        <Upload aria-hidden="true" />
        <p>{t("library.dropHere")}</p>
      </div>
    </div>
  );
}

function useDropped(): boolean {
  const { t } = useWords();
  const add = useAdd();
  const [isOver, setOver] = useState(false);
  // Each element that is entered and left on the way says so.
  const depth = useRef(0);
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const over = (change: number) => {
      depth.current = Math.max(0, depth.current + change);
      setOver(depth.current > 0);
    };
    const take = (gathering: Promise<Gathered>) => void gathering.then(add, () => say(t("library.notRead")));
    const on = (type: "dragenter" | "dragover" | "dragleave" | "drop", listener: (event: DragEvent) => void) =>
      addEventListener(type, (event) => hasFiles(event) && listener(event), { signal });
    on("dragenter", () => over(1));
    on("dragleave", () => over(-1));
    on("dragover", (event) => {
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    });
    on("drop", (event) => {
      event.preventDefault();
      depth.current = 0;
      setOver(false);
      if (event.dataTransfer) take(filesOf(event.dataTransfer));
    });
    const onPaste = (event: ClipboardEvent) => {
      if (!event.clipboardData || event.clipboardData.files.length === 0) return;
      event.preventDefault();
      const now = new Date();
      take(
        filesOf(event.clipboardData).then((gathered) => ({
          ...gathered,
          files: gathered.files.map((file) => named(file, now)),
        })),
      );
    };
    addEventListener("paste", onPaste, { signal });
    return () => leaving.abort();
  }, [add, t]);
  return isOver;
}
