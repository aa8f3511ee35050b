/** Buttons that ask the system for files. */
import { FolderUp, Upload } from "lucide-react";
import { useRef } from "react";
import { useWords } from "../i18n/words.tsx";
import { useAdd } from "./add.ts";
import { filesOfInput } from "./gather.ts";

export function Choose() {
  const { t } = useWords();
  const add = useAdd();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    if (input.files && input.files.length > 0) add(filesOfInput(input.files));
    // The same file may be chosen again.
    input.value = "";
  };
  return (
    <div className="actions">
      <button type="button" className="button primary" onClick={() => files.current?.click()}>
        <Upload aria-hidden="true" />
        {t("library.choose")}
      </button>
      <button type="button" className="button library-folder" onClick={() => folder.current?.click()}>
        <FolderUp aria-hidden="true" />
        {t("library.chooseFolder")}
      </button>
      <input ref={files} type="file" multiple hidden onChange={({ target }) => take(target)} />
      <input ref={folder} type="file" hidden {...{ webkitdirectory: "" }} onChange={({ target }) => take(target)} />
    </div>
  );
}
