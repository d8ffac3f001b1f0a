import { COMMON_OPTIONS, LAB_OPTION, TARGET_OPTIONS, type Command } from './command.ts';

/** `pitstop approve ID`: a person's yes, typed or signed. */
export const approve: Command = {
  name: 'approve',
  summary: 'approve a request: typed at a terminal and applied at once, or signed with an SSH key',
  arguments: '<id>',
  options: [
    {
      flags: '--sign <key>',
      description:
        'write a signature with this SSH key (a private key file, or the public key of one that an agent holds)',
    },
    {
      flags: '--as <principal>',
      description: 'with --sign: who signs, as the list of allowed signers says it',
    },
    {
      flags: '--valid-for <time>',
      description:
        'with --sign: how long the approval holds, such as 30m or 8h (default: 1h on production, 24h elsewhere)',
    },
    { flags: '--commit', description: 'commit the item as run --commit does' },
    ...TARGET_OPTIONS,
    LAB_OPTION,
    ...COMMON_OPTIONS,
  ],
  notes: [
    'Without --sign it asks you to type what the request is about, and applies the change in the same process.',
    'Without a terminal it approves nothing: it prints the request and ends with 4.',
  ].join('\n'),
  async run(outside, [id], options) {
    const { approveCommand } = await import('./approve-request.ts');
    return approveCommand(outside, id ?? '', options);
  },
};
