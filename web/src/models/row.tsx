/** A model in the table. */
import type { ModelTest, Profile } from "@orchestratex/sdk/contract";
import { Link, useSearch } from "wouter";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Model, Spinner, Tag } from "../ui/parts.tsx";
import { Switch } from "../ui/switch.tsx";
import { areaOf, placeOf, type Row, toneOfStatus } from "./groups.ts";
import { TestResult } from "./test-result.tsx";
import { useSwitch, useTest } from "./use-model.ts";

type Props = {
  row: Row;
  width: number;
  /** Kept by the table: an answer may move the model to another group. */
  result: ModelTest | undefined;
  onResult: (result: ModelTest | undefined) => void;
};

export function ModelRow({ row, width, result, onResult }: Props) {
  const { t } = useWords();
  const { profile } = row;
  const test = useTest(profile.model_name, onResult);
  const turn = useSwitch(profile.model_name);
  return (
    <>
      <tr data-off={!profile.is_active}>
        <NameCell profile={profile} />
        <td className="models-status" data-label={t("models.status")}>
          <Status row={row} />
        </td>
        <Measures profile={profile} />
        <td data-label={t("models.on")}>
          <Switch
            bare
            label={t("models.switch", { name: profile.model_name })}
            checked={turn.isPending ? turn.variables : profile.is_active}
            disabled={turn.isPending}
            onChange={turn.mutate}
          />
        </td>
        <td className="models-test">
          <button
            type="button"
            className="button small"
            disabled={test.isPending}
            aria-label={t("models.testOf", { name: profile.model_name })}
            onClick={() => test.mutate()}
          >
            {test.isPending ? <Spinner /> : t("models.test")}
          </button>
        </td>
      </tr>
      {(result || test.error || turn.error) && (
        <tr className="models-result">
          <td colSpan={width}>
            {result && <TestResult result={result} onClose={() => onResult(undefined)} />}
            {(test.error ?? turn.error) && <Failure error={test.error ?? turn.error} />}
          </td>
        </tr>
      )}
    </>
  );
}

function NameCell({ profile }: { profile: Profile }) {
  const { word } = useWords();
  const search = useSearch();
  const { model_name: name, specialties } = profile;
  return (
    <th scope="row" className="models-name">
      <Link id={placeOf(name)} href={`/models/${encodeURIComponent(name)}${search && `?${search}`}`}>
        <Model name={name} />
      </Link>
      <small className="models-version">
        {profile.provider} · {profile.model_version}
      </small>
      {specialties.length > 0 && (
        <small>
          {specialties
            .slice(0, 4)
            .map((one) => word(areaOf(one), one))
            .join(", ")}
        </small>
      )}
    </th>
  );
}

/** The word, and why where it is not as it should be. */
export function Status({ row }: { row: Row }) {
  const { t, word } = useWords();
  const { profile, status, detail } = row;
  const tone = toneOfStatus(status);
  const substitute = profile.retired?.substitute;
  return (
    <>
      <Tag tone={tone} title={word("models.statusHint", status)}>
        {word("models.status", status)}
      </Tag>
      {status === "no_key" ? null : substitute ? (
        <small>{t("models.substitute", { model: substitute })}</small>
      ) : (
        detail !== null && <small lang="en">{detail}</small>
      )}
      {profile.over_billed_at !== null && <small>{t("models.overBilledShort")}</small>}
    </>
  );
}

function Measures({ profile }: { profile: Profile }) {
  const { t, percent, duration, perMillion, count } = useWords();
  const { performance_metrics: measured } = profile;
  const show = <Value,>(value: Value | null, write: (value: Value) => string) => (value === null ? "–" : write(value));
  const cells = [
    ["success", show(measured.success_rate, percent)],
    ["time", show(measured.average_response_time, duration)],
    ["uptime", show(measured.uptime_percentage, (share) => percent(share / 100))],
    ["input", show(profile.cost_per_input_token, perMillion)],
    ["output", show(profile.cost_per_output_token, perMillion)],
    ["context", count(profile.max_context_length)],
  ] as const;
  return cells.map(([name, text]) => (
    <td key={name} className="number" data-label={t(`models.${name}`)}>
      {text}
    </td>
  ));
}
