import { describe, expect, it } from '@jest/globals';
import { parseExposition } from '../exposition/exposition.js';
import { latencyReader, metricReader } from './read-counters.js';
import type { UnitReading } from './reading.js';

const errors = { events: 'http_requests_total{code=~"5.."}', exposure: 'http_requests_total' };

function readMetric(text: string, check = errors): UnitReading {
  const built = metricReader(check);
  if (!built.ok) throw new Error(built.why);
  return built.reader.read({ ok: true, samples: parseExposition(text) });
}

function readLatency(text: string, histogram = 'seconds'): UnitReading {
  const built = latencyReader({ histogram });
  if (!built.ok) throw new Error(built.why);
  return built.reader.read({ ok: true, samples: parseExposition(text) });
}

describe('reading the counters of a metric', () => {
  it('sums what the selectors pick, and takes the start of the process', () => {
    const text =
      'http_requests_total{code="200"} 90\nhttp_requests_total{code="500"} 10\nprocess_start_time_seconds 12\n';
    expect(readMetric(text)).toEqual({ totals: { events: 10, exposure: 100 }, start: 12 });
  });

  it('takes errors that never happened as none', () => {
    expect(readMetric('http_requests_total{code="200"} 90\n')).toEqual({ totals: { events: 0, exposure: 90 } });
  });

  it('does not take a metric that is not there as none', () => {
    expect(readMetric('other 1\n')).toEqual({ missing: 'does not expose http_requests_total' });
    expect(readMetric('http_requests_total 1\n', { ...errors, events: 'errors_total' })).toEqual({
      missing: 'does not expose errors_total',
    });
  });

  it.each(['NaN', '-1', '+Inf', '1e300'])('does not take %s as a count', (value) => {
    expect(readMetric(`http_requests_total ${value}\n`)).toEqual({
      missing: expect.stringContaining('where a count should be'),
    });
  });

  it('says why a unit could not be scraped', () => {
    const built = metricReader(errors);
    const said = built.ok && built.reader.read({ ok: false, reason: 'unreachable', why: 'refuses connections' });
    expect(said).toEqual({ missing: 'refuses connections' });
  });

  it('names the series that have to be scraped', () => {
    const built = metricReader({ events: 'a{b="c"}', exposure: 'd' });
    expect(built.ok && built.reader.names).toEqual(['a', 'd']);
  });

  it('is not possible with a selector that cannot be read', () => {
    expect(metricReader({ ...errors, exposure: 'sum(x)' })).toMatchObject({ ok: false });
    expect(latencyReader({ histogram: '{' })).toMatchObject({ ok: false });
  });
});

describe('reading the buckets of a histogram', () => {
  it('sums them over the series, by their edge however it is written', () => {
    const text = [
      'seconds_bucket{path="/a",le="0.5"} 3',
      'seconds_bucket{path="/a",le="+Inf"} 4',
      'seconds_bucket{path="/b",le="5e-1"} 10',
      'seconds_bucket{path="/b",le="+Inf"} 20',
    ].join('\n');
    expect(readLatency(text)).toEqual({ totals: { '0.5': 13, '+Inf': 24 } });
    expect(readLatency(text, 'seconds{path="/b"}')).toEqual({ totals: { '0.5': 10, '+Inf': 20 } });
  });

  it.each([
    ['other 1', 'does not expose seconds_bucket'],
    ['seconds_bucket{le="0.5"} 3', 'with all its buckets'],
    ['seconds_bucket 3', 'without an edge'],
    ['seconds_bucket{le="fast"} 3', 'without an edge'],
  ])('is missing from %j', (text, why) => {
    expect(readLatency(`${text}\n`)).toEqual({ missing: expect.stringContaining(why) });
  });
});
