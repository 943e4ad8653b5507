/** One line of what a service exposes. */
export interface Sample {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Everything that services expose, read from where each of them says it. */
export class Scrape {
  private constructor(private readonly samples: readonly Sample[]) {}

  /** @param places urls of services, without `/metrics` */
  static async of(places: readonly string[]): Promise<Scrape> {
    const texts = await Promise.all(places.map(async (place) => (await fetch(`${place}/metrics`)).text()));
    return new Scrape(texts.flatMap(samplesIn));
  }

  /** The names that there are. */
  metrics(): string[] {
    return [...new Set(this.samples.map(({ metric }) => metric))];
  }

  /** The labels that a metric has on any of its series; null when nobody exposes it. */
  labelsOf(metric: string): string[] | null {
    const series = this.samples.filter((sample) => sample.metric === metric);
    return series.length === 0 ? null : series.flatMap(({ labels }) => Object.keys(labels));
  }

  /** Every value that any label has. */
  labelValues(): string[] {
    return [...new Set(this.samples.flatMap(({ labels }) => Object.values(labels)))];
  }

  /** The sum over all services, of the series with these labels. */
  sum(metric: string, wanted: Readonly<Record<string, string>> = {}): number {
    const series = this.samples.filter(
      (sample) =>
        sample.metric === metric && Object.entries(wanted).every(([label, value]) => sample.labels[label] === value),
    );
    return series.reduce((sum, { value }) => sum + value, 0);
  }
}

function samplesIn(text: string): Sample[] {
  return [...text.matchAll(/^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)$/gm)].map(([, metric = '', labels = '', value]) => ({
    metric,
    labels: Object.fromEntries([...labels.matchAll(/([a-zA-Z_]\w*)="([^"]*)"/g)].map(([, name, text]) => [name, text])),
    value: Number(value),
  }));
}
