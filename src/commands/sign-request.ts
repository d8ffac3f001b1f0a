import type { ApprovalRequest } from '../gate/request.ts';
import type { OptionValues, Outside } from './command.ts';

export async function signRequest(_o: Outside, _r: ApprovalRequest, _p: OptionValues): Promise<number> {
  return 0;
}
