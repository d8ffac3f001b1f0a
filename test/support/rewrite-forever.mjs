// Rewrites a task file over and over, saying so before each write: for a test that kills it in the middle.
import { updateTaskFile } from '../../dist/files/task-file.js';

const [path] = process.argv.slice(2);
for (;;) {
  process.stdout.write('.');
  await updateTaskFile(path, (text) =>
    text.startsWith('A') ? text.replaceAll('A', 'B') : text.replaceAll('B', 'A'),
  );
}
