import { z } from 'zod';
import type { LogFormat } from '../record.ts';

const entry = z.object({
  error_severity: z.literal('LOG'),
  message: z.string(),
  detail: z.string().default(''),
  application_name: z.string().default(''),
});

/** `jsonlog`: one object a line. */
export const json: LogFormat = {
  begins: (line) => line.startsWith('{"timestamp":'),
  togglesQuote: () => false,
  read([line = '']) {
    try {
      const { message, detail, application_name: application } = entry.parse(JSON.parse(line));
      return { message, detail, application };
    } catch {
      return null;
    }
  },
};
