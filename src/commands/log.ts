import { COMMON_OPTIONS, DATABASE_OPTION, type Command } from './command.ts';

/** `pitstop log`: the audit log, and whether it is whole. */
export const log: Command = {
  name: 'log',
  summary: 'the audit log; --verify walks its chain and compares it with the anchors in the database',
  arguments: '',
  options: [
    { flags: '--verify', description: 'say whether the log is whole; exits 3 where it is not' },
    ...COMMON_OPTIONS.filter(({ flags }) => !flags.startsWith('--quiet')),
    DATABASE_OPTION,
  ],
  async run(outside, _args, options) {
    const { printLog, printVerification } = await import('./print-log.ts');
    return options['verify'] === true ? printVerification(outside, options) : printLog(outside, options);
  },
};
