/** Who can reach this server, where its data lie, and how it should look. */
import { FolderLock, HardDrive, MonitorCheck } from "lucide-react";
import { useId } from "react";
import { setPreferences, usePreferences } from "../data/preferences.ts";
import { type Language, languages, useWords } from "../i18n/words.tsx";

const facts = [
  ["setup.machineWho", MonitorCheck],
  ["setup.machineData", HardDrive],
  ["setup.machineOut", FolderLock],
] as const;

const themes = [
  ["system", "setup.themeSystem"],
  ["light", "setup.themeLight"],
  ["dark", "setup.themeDark"],
] as const;

export function Machine() {
  const { t } = useWords();
  const { theme, language } = usePreferences();
  const id = useId();
  return (
    <>
      <ul className="plain setup-facts">
        {facts.map(([fact, Icon]) => (
          <li key={fact}>
            <Icon aria-hidden="true" />
            <span>{t(fact)}</span>
          </li>
        ))}
      </ul>
      <div className="setup-looks">
        <div className="field">
          <label htmlFor={id}>{t("setup.language")}</label>
          <select
            id={id}
            className="input"
            value={language ?? ""}
            onChange={({ target }) =>
              setPreferences({ language: target.value === "" ? null : (target.value as Language) })
            }
          >
            <option value="">{t("setup.languageAuto")}</option>
            {Object.entries(languages).map(([code, name]) => (
              <option key={code} value={code} lang={code}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <fieldset className="field">
          <legend className="label">{t("setup.theme")}</legend>
          <div className="actions">
            {themes.map(([name, label]) => (
              <label key={name} className="pick setup-pick">
                <input
                  type="radio"
                  name="theme"
                  className="hidden-text"
                  checked={theme === name}
                  onChange={() => setPreferences({ theme: name })}
                />
                {t(label)}
              </label>
            ))}
          </div>
        </fieldset>
      </div>
    </>
  );
}
