/** When an answer is good enough, and who judges how often in each mode. */
import { useWords } from "../i18n/words.tsx";
import { Field } from "../ui/field.tsx";
import { bounds, type Draft, modes, wrongNumbers } from "./algorithm-form.ts";

type Props = { draft: Draft; onChange: (change: Partial<Draft>) => void };

const names = ["threshold", "plateau", "maxIterations"] as const;

export function AlgorithmNumbers({ draft, onChange }: Props) {
  const { t } = useWords();
  const wrong = wrongNumbers(draft);
  return (
    <section className="settings-numbers">
      <h2>{t("settings.goodEnough")}</h2>
      <div className="settings-grid">
        {names.map((name) => {
          const [low, high] = bounds[name];
          return (
            <Field
              key={name}
              label={t(`settings.${name}`)}
              hint={t(`settings.${name}Hint`)}
              wrong={wrong.includes(name) ? t("settings.invalidNumber", { low, high }) : null}
            >
              {(given) => (
                <input
                  {...given}
                  className="input"
                  inputMode="decimal"
                  value={draft[name]}
                  onChange={({ target }) => onChange({ [name]: target.value })}
                />
              )}
            </Field>
          );
        })}
      </div>
      <ModeTable draft={draft} onChange={onChange} />
    </section>
  );
}

const plan = ["evaluators", "max_iterations"] as const;

function ModeTable({ draft, onChange }: Props) {
  const { t, word } = useWords();
  const wrong = wrongNumbers(draft);
  return (
    <div className="scroll settings-modes">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("settings.mode")}</th>
            <th scope="col">{t("settings.evaluators")}</th>
            <th scope="col">{t("settings.iterations")}</th>
          </tr>
        </thead>
        <tbody>
          {modes.map((mode) => (
            <tr key={mode}>
              <th scope="row">{word("mode", mode)}</th>
              {plan.map((name) => (
                <td key={name}>
                  <input
                    className="input settings-weight"
                    inputMode="numeric"
                    aria-label={`${word("mode", mode)}: ${t(name === "evaluators" ? "settings.evaluators" : "settings.iterations")}`}
                    aria-invalid={wrong.includes(`${mode}.${name}`) ? true : undefined}
                    value={draft.modes[mode][name]}
                    onChange={({ target }) =>
                      onChange({ modes: { ...draft.modes, [mode]: { ...draft.modes[mode], [name]: target.value } } })
                    }
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
