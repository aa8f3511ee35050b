/** Every key that does something here, and a switch for those who want none. */
import { setPreferences, usePreferences } from "../data/preferences.ts";
import { useWords } from "../i18n/words.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { useAllActions } from "./shortcuts.ts";

export default function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const { shortcuts } = usePreferences();
  const actions = useAllActions().filter(({ keys }) => keys.length > 0);
  return (
    <Dialog title={t("shell.keys")} onClose={onClose}>
      <dl className="keys">
        <Row keys={["Ctrl K"]} label={t("shell.palette")} />
        {actions.map(({ label, keys }) => (
          <Row key={label} keys={keys} label={label} />
        ))}
      </dl>
      <label className="check">
        <input
          type="checkbox"
          checked={shortcuts}
          onChange={({ target }) => setPreferences({ shortcuts: target.checked })}
        />
        {t("shell.keysOn")}
      </label>
    </Dialog>
  );
}

function Row({ keys, label }: { keys: readonly string[]; label: string }) {
  return (
    <div>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{key.length === 1 ? key.toUpperCase() : key}</kbd>
        ))}
      </dt>
      <dd>{label}</dd>
    </div>
  );
}
