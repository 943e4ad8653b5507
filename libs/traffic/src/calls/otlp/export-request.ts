import { z } from 'zod';

/** 64-bit numbers come as decimal strings, and some senders write them as numbers. */
const Whole = z.union([z.string().regex(/^\d{1,20}$/), z.number().nonnegative()]);
const SimpleValue = z.object({
  stringValue: z.string().optional(),
  intValue: z.union([z.string(), z.number()]).optional(),
  boolValue: z.boolean().optional(),
  doubleValue: z.union([z.string(), z.number()]).optional(),
});
const Attribute = z.object({
  key: z.string(),
  value: SimpleValue.extend({
    arrayValue: z.object({ values: z.array(SimpleValue).optional() }).optional(),
  }).optional(),
});
export type Attribute = z.infer<typeof Attribute>;

/** What is read of a span; the rest is passed over, as OTLP demands of receivers. */
export const Span = z.object({
  kind: z.number().int().optional(),
  startTimeUnixNano: Whole.optional(),
  attributes: z.array(Attribute).optional(),
});
export type Span = z.infer<typeof Span>;

/** OTLP's `ExportTraceServiceRequest` as JSON. */
export const ExportRequest = z.object({
  resourceSpans: z
    .array(
      z.object({
        resource: z.object({ attributes: z.array(Attribute).optional() }).optional(),
        scopeSpans: z.array(z.object({ spans: z.array(z.unknown()).optional() })).optional(),
      }),
    )
    .optional(),
});
export type ExportRequest = z.infer<typeof ExportRequest>;
