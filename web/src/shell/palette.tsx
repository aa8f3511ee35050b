/** Ctrl+K: everything that can be done here, and every recent thread, by typing a part of its name. */
import { Command } from "cmdk";
import { useLocation } from "wouter";
import { useThreads } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { useAllActions } from "./shortcuts.ts";

export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const actions = useAllActions();
  const threads = useThreads().data?.pages.flatMap((page) => page.items) ?? [];
  const choose = (run: () => void) => () => {
    onClose();
    run();
  };
  return (
    <Dialog title={t("shell.palette")} onClose={onClose} className="palette">
      <Command label={t("shell.palette")} loop>
        <Command.Input className="input" placeholder={t("shell.palettePlaceholder")} data-first />
        <Command.List>
          <Command.Empty>{t("shell.paletteEmpty")}</Command.Empty>
          <Command.Group heading={t("shell.actions")}>
            {actions.map(({ label, keys, run }) => (
              <Command.Item key={label} value={label} onSelect={choose(run)}>
                <span>{label}</span>
                {keys[0] !== undefined && <kbd>{keys[0].toUpperCase()}</kbd>}
              </Command.Item>
            ))}
          </Command.Group>
          {threads.length > 0 && (
            <Command.Group heading={t("shell.threads")}>
              {threads.map(({ thread_id, prompt_start }) => (
                <Command.Item
                  key={thread_id}
                  value={`${prompt_start} ${thread_id}`}
                  onSelect={choose(() => go(`/t/${thread_id}`))}
                >
                  <span className="palette-thread" dir="auto">
                    {prompt_start}
                  </span>
                </Command.Item>
              ))}
            </Command.Group>
          )}
        </Command.List>
      </Command>
    </Dialog>
  );
}
