/** What a model costs: for a million tokens, by the length of the input where that matters, and who says so. */
import type { Profile } from "@orchestratex/sdk/contract";
import { useWords } from "../i18n/words.tsx";

export function Prices({ profile }: { profile: Profile }) {
  const { t, money, count, perMillion } = useWords();
  const { prices, cost_per_input_token: input, cost_per_output_token: output } = profile;
  const show = (price: number | null | undefined) => (price === null || price === undefined ? "–" : perMillion(price));
  const own = { input, output, cached_input: prices?.cached_input, cache_write: prices?.cache_write };
  const tiers = prices?.tiers ?? [];
  const rows = [
    { name: tiers.length === 0 ? t("models.anyInput") : t("models.shortInput"), tier: own },
    ...tiers.map((tier) => ({ name: t("models.above", { tokens: count(tier.above_input_tokens) }), tier })),
  ];
  return (
    <section>
      <h3>{t("models.prices")}</h3>
      <div className="models-price-box">
        <table className="table models-prices">
          <thead>
            <tr>
              <th scope="col">{t("models.perMillion")}</th>
              <th scope="col">{t("models.priceInput")}</th>
              <th scope="col">{t("models.priceOutput")}</th>
              <th scope="col">{t("models.cached")}</th>
              <th scope="col">{t("models.cacheWrite")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, tier }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{show(tier.input)}</td>
                <td>{show(tier.output)}</td>
                <td>{show(tier.cached_input)}</td>
                <td>{show(tier.cache_write)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="models-small">
        {input === null && t("models.priceUnknown")}{" "}
        {prices && prices.per_request > 0 && t("models.perRequest", { price: money(prices.per_request) })}{" "}
        {prices && t("models.priceSource", { source: prices.source, date: prices.as_of })}
      </p>
    </section>
  );
}
