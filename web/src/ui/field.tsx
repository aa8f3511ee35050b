/** A control with its label, what helps to fill it, and what is wrong with it. */
import { type ReactNode, useId } from "react";

type Given = { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined };

type Props = {
  label: ReactNode;
  hint?: ReactNode;
  /** null or empty: nothing. */
  wrong?: string | null | undefined;
  /** Of the sentence that says what is wrong; the server's are English. */
  wrongLang?: string | undefined;
  className?: string;
  children: (given: Given) => ReactNode;
};

export function Field({ label, hint, wrong, wrongLang, className = "", children }: Props) {
  const id = useId();
  const told = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ") || undefined;
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": told, "aria-invalid": wrong ? true : undefined })}
      {hint && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {wrong && (
        <span className="wrong" id={`${id}-wrong`} lang={wrongLang}>
          {wrong}
        </span>
      )}
    </div>
  );
}
