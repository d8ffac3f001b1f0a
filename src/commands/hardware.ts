import { COMMON_OPTIONS, DATABASE_OPTION, HARDWARE_OPTIONS, type Command } from './command.ts';

/** `pitstop hardware`: the machine that a server's configuration is made for, and where each value comes from. */
export const hardware: Command = {
  name: 'hardware',
  summary: 'the machine of the server: memory, cores, storage, limits, and where each value comes from',
  arguments: '',
  options: [
    ...HARDWARE_OPTIONS,
    { flags: '--schema', description: 'print the JSON Schema of the file for --hardware' },
    DATABASE_OPTION,
    ...COMMON_OPTIONS,
  ],
  notes: [
    'What --hardware says counts first, then what this machine shows, if the server runs on it, then what the server says',
    'by SQL. Without a database it is about this machine. Storage is measured by reading for a second; a file of 64 MB is',
    'written for that, and removed, where no data of the server can be read. The database is only read.',
  ].join('\n'),
  async run(outside, _args, options) {
    const { hardwareCommand } = await import('./show-hardware.ts');
    return hardwareCommand(outside, options);
  },
};
