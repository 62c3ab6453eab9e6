import type { Generation, Script } from '../../src/stand-in/script.js';

/** What engine/script.py makes "the model" say, for the stand-in's side. */
export const script: Script = ({ lastUserMessage: said, toolOutput, tools }): Generation => {
  if (toolOutput !== null) return { text: `Done: ${toolOutput.trim().split('\n').at(-1) ?? ''}` };
  const command = /(?:RUN|BOTH): (.*)|exec_command to run: (.*)/.exec(said);
  if (command && tools.length > 0) {
    const calls = [{ name: 'exec_command', arguments: JSON.stringify({ cmd: command[1] ?? command[2] }) }];
    return said.startsWith('BOTH') ? { text: 'I will run it. ', calls } : { calls };
  }
  if (said.startsWith('Call get_goal') && tools.length > 0)
    return { calls: [{ name: 'get_goal', arguments: '' }] };
  const calls = /^CALLS?: (.*)/s.exec(said)?.[1];
  if (calls !== undefined) return { calls: calls.split(' | ').map(parseCall) };
  const thought = /^THINK: (.*)/.exec(said)?.[1];
  if (thought !== undefined) return { text: `<think>\nLet me think.\n</think>\n\n${thought}` };
  if (said.startsWith('FAIL')) return { text: 'half an ans', fail: true };
  return { text: 'Hello from LMDeploy.' };
};

function parseCall(text: string): { name: string; arguments: string } {
  const [, name = '', args = ''] = /^(\S+)\s*(.*)$/s.exec(text.trim()) ?? [];
  return { name, arguments: args };
}
