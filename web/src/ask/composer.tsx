/** Where a question is written, and sent. */
import { ArrowUp, Paperclip, ScanSearch } from "lucide-react";
import { type KeyboardEvent, type ReactNode, type Ref, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { detailOf } from "../data/http.ts";
import { useWords } from "../i18n/words.tsx";
import { Notice, Spinner } from "../ui/parts.tsx";
import { canSend, type Form, lengthOf } from "./form.ts";
import { isNobodyReady, NobodyNotice } from "./nobody.tsx";
import { PreFlight } from "./pre-flight.tsx";
import { Refusal } from "./refusal.tsx";
import type { Change } from "./use-form.ts";
import type { Estimate } from "./use-preview.ts";

type Props = {
  form: Form;
  change: Change;
  estimate: Estimate;
  onSend: () => void;
  isSending: boolean;
  error: unknown;
  showsChoice: boolean;
  onChoice: () => void;
  ref: Ref<HTMLTextAreaElement>;
};

export function Composer(props: Props) {
  const { form, change, estimate, onSend, isSending, showsChoice, onChoice, ref } = props;
  const { t } = useWords();
  const ready = canSend(form) && !isSending;
  const nobody = isNobodyReady(estimate);
  const [wasTold, setTold] = useState(false);
  const submit = () => {
    setTold(nobody);
    if (ready && !nobody) onSend();
  };
  return (
    <form
      className="ask-composer"
      aria-busy={isSending}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <QuestionText value={form.text} onChange={(text) => change({ text })} onSend={submit} ref={ref} />
      <Length text={form.text} />
      <Alert shown={props.error !== null || (wasTold && nobody)}>
        {wasTold && nobody ? <NobodyNotice error={estimate.error} /> : <SendError error={props.error} />}
      </Alert>
      <div className="ask-foot">
        <PreFlight estimate={estimate} canSend={canSend(form)} hasOwnChoice={form.model !== null} />
        <div className="ask-buttons">
          <Link href="/library" className="button quiet icon" aria-label={t("ask.files")} title={t("ask.filesHint")}>
            <Paperclip aria-hidden="true" />
          </Link>
          <button
            type="button"
            className="button quiet ask-look"
            aria-expanded={showsChoice}
            disabled={!showsChoice && estimate.preview === null}
            onClick={onChoice}
          >
            <ScanSearch aria-hidden="true" />
            {t("ask.preview")}
          </button>
          <button type="submit" className="button primary" disabled={!ready}>
            {isSending ? <Spinner /> : <ArrowUp aria-hidden="true" />}
            {t(isSending ? "ask.sending" : "ask.send")}
          </button>
        </div>
      </div>
    </form>
  );
}

/** Letters that fill the highest field on any screen. */
const LONG = 8_000;

type TextProps = {
  value: string;
  onChange: (text: string) => void;
  onSend: () => void;
  ref: Ref<HTMLTextAreaElement>;
};

/** Grows with its text. Where Enter is on the screen, it starts a new line: the button sends. */
function QuestionText({ value, onChange, onSend, ref }: TextProps) {
  const { t } = useWords();
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Escape") event.currentTarget.blur();
    const starts = event.shiftKey || event.nativeEvent.isComposing || matchMedia("(pointer: coarse)").matches;
    if (event.key !== "Enter" || starts) return;
    event.preventDefault();
    onSend();
  };
  return (
    <textarea
      ref={ref}
      className="ask-text"
      data-long={value.length > LONG}
      rows={3}
      aria-label={t("ask.question")}
      placeholder={t("ask.placeholder")}
      dir="auto"
      value={value}
      onChange={({ target }) => onChange(target.value)}
      onKeyDown={onKeyDown}
    />
  );
}

function Length({ text }: { text: string }) {
  const { t } = useWords();
  const length = lengthOf(text);
  if (!length) return null;
  const { used, max, over } = length;
  return (
    <p className="ask-length" data-tone={over ? "bad" : undefined}>
      {t(over ? "ask.tooLong" : "ask.length", { used, max })}
    </p>
  );
}

/** Said at once by a screen reader, and where the eye is. */
function Alert({ shown, children }: { shown: boolean; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (shown) box.current?.scrollIntoView({ block: "nearest" });
  }, [shown]);
  return (
    <div role="alert" ref={box} className="ask-alert">
      {children}
    </div>
  );
}

function SendError({ error }: { error: unknown }) {
  const { t } = useWords();
  if (error === null) return null;
  if (detailOf(error) === null) return <Notice tone="bad" title={t("ask.unreachable")} />;
  return (
    <Notice tone="bad" title={t("ask.failed")}>
      <p>
        <Refusal error={error} />
      </p>
    </Notice>
  );
}
