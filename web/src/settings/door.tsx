/** How other programs use this server: as if it were OpenAI's. */
import { useMemo, useState } from "react";
import { useModels } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { CopyButton } from "../ui/copy.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { modes, snippets } from "./snippets.ts";

export function Door() {
  const { t } = useWords();
  const base = `${location.origin}/v1`;
  const { data = [] } = useModels();
  const ready = data.filter(({ is_active, is_available }) => is_active && is_available);
  const [model, setModel] = useState<string>("orchestratex/auto");
  const [language, setLanguage] = useState("curl");
  const texts = useMemo(() => snippets(base, model), [base, model]);
  const tabs = Object.entries(texts).map(([id, { title, text }]) => ({
    ...{ id, label: title },
    content: () => (
      <div className="settings-snippet">
        <pre>{text}</pre>
        <CopyButton text={text} />
      </div>
    ),
  }));
  return (
    <section className="card settings-door">
      <h2>{t("settings.door")}</h2>
      <p>{t("settings.doorHint")}</p>
      <div className="settings-url">
        <code>{base}</code>
        <CopyButton text={base} label={t("common.copy")} />
      </div>
      <label className="settings-choice">
        {t("settings.doorModel")}
        <select className="input" value={model} onChange={({ target }) => setModel(target.value)}>
          {[...modes, ...ready.map(({ model_name }) => model_name)].map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <Tabs tabs={tabs} active={language} onChange={setLanguage} label={t("settings.door")} />
      <p className="settings-small">{t("settings.doorNote")}</p>
    </section>
  );
}
