/** Everything known of one model, over the list. */
import type { Profile } from "@orchestratex/sdk/contract";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { useWords } from "../i18n/words.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Failure } from "../ui/failure.tsx";
import { Notice, Spinner, Tag } from "../ui/parts.tsx";
import { Switch } from "../ui/switch.tsx";
import { say } from "../ui/toasts.tsx";
import { Facts } from "./facts.tsx";
import type { Row } from "./groups.ts";
import { Measured } from "./measured.tsx";
import { Prices } from "./prices.tsx";
import { EditModel } from "./profile-form.tsx";
import { Status } from "./row.tsx";
import { TestResult } from "./test-result.tsx";
import { useChange, useRemove, useSwitch, useTest } from "./use-model.ts";

type Props = { name: string; rows: readonly Row[]; onClose: () => void };

export function ModelDetail({ name, rows, onClose }: Props) {
  const { t } = useWords();
  const [editing, setEditing] = useState(false);
  const called = (profile: Profile) =>
    [profile.model_name, ...profile.aliases].some((one) => one.toLowerCase() === name.toLowerCase());
  const row = rows.find(({ profile }) => profile.model_name === name) ?? rows.find(({ profile }) => called(profile));
  if (!row)
    return (
      <Dialog title={name} onClose={onClose}>
        <Notice tone="fair" title={t("models.notFound")} />
      </Dialog>
    );
  const { profile } = row;
  return (
    <Dialog title={profile.model_name} onClose={onClose} className="models-detail">
      {editing ? (
        <EditModel profile={profile} onDone={() => setEditing(false)} />
      ) : (
        <>
          <Standing row={row} onEdit={() => setEditing(true)} onClose={onClose} />
          <Facts profile={profile} />
          <Prices profile={profile} />
          <Measured profile={profile} />
        </>
      )}
    </Dialog>
  );
}

type StandingProps = { row: Row; onEdit: () => void; onClose: () => void };

function Standing({ row, onEdit, onClose }: StandingProps) {
  const { t } = useWords();
  const { profile } = row;
  const test = useTest(profile.model_name);
  const turn = useSwitch(profile.model_name);
  const error = test.error ?? turn.error;
  return (
    <section className="models-standing">
      <p className="models-word">
        <Status row={row} />
        {row.status === "no_key" && (
          <Link href={`/settings/keys?at=${encodeURIComponent(profile.provider)}`}>{t("models.addKey")}</Link>
        )}
        {profile.simulated && <Tag title={t("common.simulatedTitle")}>{t("common.simulated")}</Tag>}
      </p>
      <div className="actions">
        <Switch
          label={t("models.takesPart")}
          checked={turn.isPending ? turn.variables : profile.is_active}
          disabled={turn.isPending}
          onChange={turn.mutate}
        />
        <button type="button" className="button small" disabled={test.isPending} onClick={() => test.mutate()}>
          {test.isPending && <Spinner />}
          {t("models.testNow")}
        </button>
        <button type="button" className="button small" onClick={onEdit}>
          <Pencil aria-hidden="true" />
          {t("models.edit")}
        </button>
        {!profile.built_in && <Remove name={profile.model_name} onClose={onClose} />}
      </div>
      {test.data && <TestResult result={test.data} onClose={test.reset} />}
      {error && <Failure error={error} />}
      {profile.retired && profile.retired.substitute !== null && (
        <Retired profile={profile} substitute={profile.retired.substitute} />
      )}
      {profile.over_billed_at !== null && <OverBilled profile={profile} at={profile.over_billed_at} />}
    </section>
  );
}

function Retired({ profile, substitute }: { profile: Profile; substitute: string }) {
  const { t } = useWords();
  const change = useChange(profile.model_name);
  return (
    <Notice tone="fair" title={t("models.retired", { version: profile.model_version, substitute })}>
      <div>
        <button
          type="button"
          className="button small"
          disabled={change.isPending}
          onClick={() => change.mutate({ model_version: substitute }, { onSuccess: () => say(t("common.saved")) })}
        >
          {t("models.takeSubstitute", { substitute })}
        </button>
      </div>
      {change.error && <Failure error={change.error} />}
    </Notice>
  );
}

function OverBilled({ profile, at }: { profile: Profile; at: string }) {
  const { t, moment } = useWords();
  const change = useChange(profile.model_name);
  return (
    <Notice tone="fair" title={t("models.overBilled", { when: moment(at) })}>
      <p>{t("models.overBilledHint")}</p>
      <div>
        <button
          type="button"
          className="button small"
          disabled={change.isPending}
          onClick={() => change.mutate({ is_active: true }, { onSuccess: () => say(t("common.saved")) })}
        >
          {t("models.putBack")}
        </button>
      </div>
      {change.error && <Failure error={change.error} />}
    </Notice>
  );
}

/** Asks once more on the spot; one that comes with the server is refused, and the refusal says what to do. */
function Remove({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useWords();
  const [asked, setAsked] = useState(false);
  const remove = useRemove(name);
  const run = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        say(t("models.removed", { name }));
        onClose();
      },
      onError: () => setAsked(false),
    });
  return (
    <>
      <button
        type="button"
        className="button small danger"
        disabled={remove.isPending}
        onClick={() => (asked ? run() : setAsked(true))}
      >
        <Trash2 aria-hidden="true" />
        {t(asked ? "models.removeSure" : "models.remove")}
      </button>
      {remove.error && <Failure error={remove.error} />}
    </>
  );
}
