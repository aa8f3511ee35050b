/** Files on their way into the queue, however they came, and a word where something of them is left out. */
import { useCallback } from "react";
import { useWords } from "../i18n/words.tsx";
import { say } from "../ui/toasts.tsx";
import type { Gathered } from "./gather.ts";
import { addFiles } from "./uploads.ts";

export function useAdd(): (gathered: Gathered) => void {
  const { t } = useWords();
  return useCallback(
    ({ files, hidden, cutShort }) => {
      const again = addFiles(files);
      const told = [
        cutShort && t("library.tooMany", { count: files.length }),
        hidden > 0 && t("library.hiddenLeft", { count: hidden }),
        again > 0 && t("library.againLeft", { count: again }),
        files.length === 0 && t("library.noFiles"),
      ].filter((text): text is string => typeof text === "string");
      if (told.length > 0) say(told.join(" "));
    },
    [t],
  );
}
