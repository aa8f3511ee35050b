/** Going on from an answer: the reader's own criticism for another iteration, or the next question. */
import { useQueryClient } from "@tanstack/react-query";
import { CornerDownRight, MessageSquarePlus } from "lucide-react";
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { api } from "../data/http.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { say } from "../ui/toasts.tsx";
import { useThreadPage } from "./context.ts";
import { isOver } from "./view.ts";

type Way = "challenge" | "followUp";

export function Steer({ threadId }: { threadId: string }) {
  const { t } = useWords();
  const { view, head } = useThreadPage();
  const [way, setWay] = useState<Way | null>(null);
  const over = isOver(view);
  const writable = view.iterations.some(({ version }) => version !== null) || !over;
  const toggle = (to: Way) => setWay(way === to ? null : to);
  return (
    <section aria-label={t("thread.steer.name")}>
      <div className="actions">
        {writable && (
          <Choice open={way === "challenge"} onPress={() => toggle("challenge")}>
            <MessageSquarePlus aria-hidden="true" />
            {t(over ? "thread.challenge" : "thread.steer.running")}
          </Choice>
        )}
        {over && head.sessionId !== null && (
          <Choice open={way === "followUp"} onPress={() => toggle("followUp")}>
            <CornerDownRight aria-hidden="true" />
            {t("thread.followUp")}
          </Choice>
        )}
      </div>
      {way === "challenge" && <Challenge threadId={threadId} over={over} onDone={() => setWay(null)} />}
      {way === "followUp" && head.sessionId !== null && <FollowUp threadId={threadId} sessionId={head.sessionId} />}
    </section>
  );
}

function Choice({ open, onPress, children }: { open: boolean; onPress: () => void; children: ReactNode }) {
  return (
    <button type="button" className="button" aria-expanded={open} onClick={onPress}>
      {children}
    </button>
  );
}

function Challenge({ threadId, over, onDone }: { threadId: string; over: boolean; onDone: () => void }) {
  const { t } = useWords();
  const send = async (text: string, key: string) => {
    const headers = { "idempotency-key": key };
    if (over) {
      const body = { thread_id: threadId, feedback: text };
      await api("/api/orchestrate/iteration", { method: "POST", body, headers });
    } else {
      const path = `/api/threads/${encodeURIComponent(threadId)}/feedback`;
      await api(path, { method: "POST", body: { comment: text }, headers });
    }
    say(t(over ? "thread.challenged" : "thread.steered"));
    onDone();
  };
  return (
    <Composer
      label={t(over ? "thread.challengeLabel" : "thread.steer.label")}
      hint={t(over ? "thread.challengeHint" : "thread.steer.hint")}
      submit={t(over ? "thread.challengeSend" : "thread.steer.send")}
      longest={20_000}
      onSend={send}
    />
  );
}

function FollowUp({ threadId, sessionId }: { threadId: string; sessionId: string }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const send = async (prompt: string, key: string) => {
    const { thread_id } = await api<{ thread_id: string }>("/api/orchestrate/prompt", {
      method: "POST",
      body: { session_id: sessionId, parent_thread_id: threadId, prompt },
      headers: { "idempotency-key": key },
    });
    void queries.invalidateQueries({ queryKey: ["threads"] });
    go(`/t/${thread_id}`);
  };
  return (
    <Composer
      label={t("thread.followUpLabel")}
      hint={t("thread.followUpHint")}
      submit={t("thread.followUpSend")}
      longest={100_000}
      onSend={send}
    />
  );
}

type ComposerProps = {
  label: string;
  hint: string;
  submit: string;
  longest: number;
  /** `key` is the same for each try to send the same text. */
  onSend: (text: string, key: string) => Promise<void>;
};

function Composer({ label, hint, submit, longest, onSend }: ComposerProps) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const key = useRef(crypto.randomUUID());
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // All of it, with its button, as far as the screen has room.
    form.current?.scrollIntoView({ block: "nearest" });
    form.current?.querySelector("textarea")?.focus({ preventScroll: true });
  }, []);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || text.trim() === "") return;
    setBusy(true);
    setError(null);
    try {
      await onSend(text.trim(), key.current);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const change = (value: string) => {
    key.current = crypto.randomUUID();
    setText(value);
  };
  return (
    <form ref={form} className="answer-composer" onSubmit={send}>
      <textarea
        className="input"
        rows={3}
        aria-label={label}
        placeholder={label}
        maxLength={longest}
        dir="auto"
        value={text}
        onChange={(event) => change(event.target.value)}
        onKeyDown={sendOnEnter}
      />
      <div className="answer-composer-foot">
        <p className="thread-hint">{hint}</p>
        <button type="submit" className="button primary" disabled={busy || text.trim() === ""}>
          {submit}
        </button>
      </div>
      {error !== null && <Failure error={error} />}
    </form>
  );
}

function sendOnEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
  event.preventDefault();
  event.currentTarget.form?.requestSubmit();
}
