/** How the page looks and what a new question starts with: kept in this browser. */

import { strategies } from "@orchestratex/sdk/lists";
import { type ReactNode, useState } from "react";
import { type Preferences, setPreferences, usePreferences } from "../data/preferences.ts";
import { type Language, languages, useWords } from "../i18n/words.tsx";
import { Field } from "../ui/field.tsx";
import { isWithin, numberOf, textOf } from "../ui/numbers.ts";
import { Switch } from "../ui/switch.tsx";

const themes = ["system", "light", "dark"] as const;
const modes = ["auto", "quick", "checked", "thorough"] as const;

export function Appearance() {
  const { t, word } = useWords();
  const { theme, language, shortcuts, mode, strategy } = usePreferences();
  return (
    <>
      <p className="settings-lead">{t("settings.appearanceLead")}</p>
      <section className="card settings-looks">
        <h2>{t("settings.looks")}</h2>
        <Pick
          {...{ name: "theme", legend: t("settings.theme"), options: themes, value: theme }}
          label={(one) => t(`settings.theme.${one}`)}
          onPick={(one) => setPreferences({ theme: one })}
        />
        <Pick
          {...{ name: "language", legend: t("settings.language"), value: language ?? "browser" }}
          options={["browser", ...(Object.keys(languages) as Language[])] as const}
          label={(one) =>
            one === "browser" ? t("settings.languageBrowser") : <span lang={one}>{languages[one]}</span>
          }
          onPick={(one) => setPreferences({ language: one === "browser" ? null : one })}
        />
        <Switch label={t("shell.keysOn")} checked={shortcuts} onChange={(on) => setPreferences({ shortcuts: on })} />
      </section>
      <section className="card settings-looks">
        <h2>{t("settings.defaults")}</h2>
        <p className="settings-small">{t("settings.defaultsHint")}</p>
        <Pick
          {...{ name: "mode", legend: t("settings.mode"), options: modes, value: mode }}
          label={(one) => word("mode", one)}
          onPick={(one) => setPreferences({ mode: one })}
        />
        <Pick
          {...{ name: "strategy", legend: t("settings.strategy"), options: strategies, value: strategy }}
          label={(one) => word("strategy", one)}
          onPick={(one) => setPreferences({ strategy: one })}
        />
        <Budget />
      </section>
    </>
  );
}

type PickProps<Option extends string> = {
  name: keyof Preferences;
  legend: string;
  options: readonly Option[];
  value: Option;
  label: (option: Option) => ReactNode;
  onPick: (option: Option) => void;
};

function Pick<Option extends string>({ name, legend, options, value, label, onPick }: PickProps<Option>) {
  return (
    <fieldset className="settings-pick">
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option}>
          <input type="radio" name={name} checked={option === value} onChange={() => onPick(option)} />
          {label(option)}
        </label>
      ))}
    </fieldset>
  );
}

const MOST = 1e9;

function Budget() {
  const { t, language } = useWords();
  const { budget } = usePreferences();
  const [text, setText] = useState(() => textOf(budget, language));
  const fits = text.trim() === "" || isWithin(text, 0, MOST);
  const change = (typed: string) => {
    setText(typed);
    if (typed.trim() === "" || isWithin(typed, 0, MOST)) setPreferences({ budget: numberOf(typed) });
  };
  return (
    <Field
      label={t("settings.budget")}
      hint={t("settings.budgetHint")}
      wrong={fits ? null : t("settings.invalidNumber", { low: 0, high: MOST })}
      className="settings-budget"
    >
      {(given) => (
        <input
          {...given}
          className="input"
          inputMode="decimal"
          value={text}
          onChange={({ target }) => change(target.value)}
        />
      )}
    </Field>
  );
}
