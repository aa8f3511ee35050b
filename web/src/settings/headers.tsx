/** Headers that go with every request to a provider; their values are secrets. */
import { Plus } from "lucide-react";
import { useWords } from "../i18n/words.tsx";
import type { IntegrationForm } from "./integrations.ts";

type List = IntegrationForm["headers"];
type Props = { headers: List; onChange: (headers: List) => void; wrong: string | undefined };

export function Headers({ headers, onChange, wrong }: Props) {
  const { t } = useWords();
  const set = (id: number, change: Partial<List[number]>) =>
    onChange(headers.map((header) => (header.id === id ? { ...header, ...change } : header)));
  return (
    <fieldset className="settings-headers">
      <legend>{t("settings.headers")}</legend>
      <p className="hint">{t("settings.headersHint")}</p>
      {headers.map(({ id, name, value }) => (
        <div key={id}>
          <input
            className="input"
            aria-label={t("settings.headerName")}
            placeholder={t("settings.headerName")}
            value={name}
            onChange={({ target }) => set(id, { name: target.value })}
          />
          <input
            className="input"
            type="password"
            autoComplete="off"
            aria-label={t("settings.headerValue")}
            placeholder={t("settings.headerValue")}
            value={value}
            onChange={({ target }) => set(id, { value: target.value })}
          />
        </div>
      ))}
      {wrong !== undefined && (
        <p className="wrong" lang="en">
          {wrong}
        </p>
      )}
      <button
        type="button"
        className="button small quiet"
        onClick={() => onChange([...headers, { id: headers.length + 1, name: "", value: "" }])}
      >
        <Plus aria-hidden="true" />
        {t("settings.addHeader")}
      </button>
    </fieldset>
  );
}
