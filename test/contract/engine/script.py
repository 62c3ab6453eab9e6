"""What "the model" generates, decided by the last user message of the prompt.

    RUN: COMMAND           a call of exec_command, as "Use exec_command to run: COMMAND"
    Call get_goal          a call of get_goal, without arguments
    CALL: NAME [JSON]      a call of NAME, without JSON one without arguments
    CALLS: NAME JSON | …   several calls
    CHAIN: NAME JSON | …   one call after the other, each when the last one's output is there; <KEY> in the JSON stands
                           for the text that an output had under that key
    BOTH: COMMAND          a text, then a call of exec_command
    THINK: TEXT            a thought, then TEXT
    WORK: COMMAND          a call of exec_command, and again, until an output says FINISHED, then that line
    ENDLESS                words without end
    Write the numbers      numbers, as many as they may be
    FAIL                   half an answer, then an engine error
    anything else          "Hello from LMDeploy."; after a tool's output "Done: " and its last line
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

HELLO = 'Hello from LMDeploy.'

# Codex tells the model in a user message that a sub-agent has ended.
ASIDE = '<subagent_notification>'

# What Codex 0.134.0 to 0.169.0 ask for when a window is nearly full, and an answer as long as models give.
COMPACTION = 'CONTEXT CHECKPOINT COMPACTION'
SUMMARY = 'What was done so far: the command was run once more, its output was read, and nothing was wrong. ' * 30


@dataclass
class Speech:
    """Pieces of text, and whether the engine breaks after them."""
    pieces: Iterator[str]
    fails: bool = False


def speak(prompt: str, tool_parser: str, forced: bool) -> Speech:
    """The answer to a whole prompt. `forced`: the request wants a call (tool_choice)."""
    user, output = last_turn(prompt)
    call = CALL_FORMATS.get(tool_parser, call_qwen3)
    if COMPACTION in user:
        return say(SUMMARY)
    # Compaction keeps what the user said and drops the outputs: the work goes on after it.
    work = re.findall(r'<\|im_start\|>user\nWORK: (.*?)<\|im_end\|>', prompt, re.DOTALL)
    if work and 'FINISHED' not in (output or ''):
        return say(call('exec_command', {'cmd': work[-1]}))
    if (step := next_step(prompt)) is not None:
        return say(call(*step))
    if output is not None:
        return say(f'Done: {output.strip().splitlines()[-1] if output.strip() else ""}')
    command = re.search(r'(?:RUN|BOTH): (.*)|exec_command to run: (.*)', user)
    if command and '# Tools' in prompt:
        text = 'I will run it. ' if user.startswith('BOTH') else ''
        return say(text + call('exec_command', {'cmd': command[1] or command[2]}))
    if user.startswith('Call get_goal') and '# Tools' in prompt:
        return say(call('get_goal', {}))
    if match := re.match(r'CALLS?: (.*)', user, re.DOTALL):
        return say(''.join(call(*parse_call(one)) for one in match[1].split(' | ')))
    if match := re.match(r'THINK: (.*)', user):
        return say(f'<think>\nLet me think.\n</think>\n\n{match[1]}')
    if user.startswith('ENDLESS'):
        return Speech(iter(lambda: 'and on ', None))
    if user.startswith('Write the numbers'):
        return say(', '.join(map(str, range(1, 101))))
    if user.startswith('FAIL'):
        return Speech(iter(['half an ans']), fails=True)
    if forced:
        return say(call('exec_command', {'cmd': ''}))
    return say(HELLO)


def say(text: str) -> Speech:
    return Speech(iter([text]))


def last_turn(prompt: str) -> tuple[str, str | None]:
    """The last thing that the user said, and the output of the tool that was called since, if one was."""
    user, output = '', None
    for text, is_output in said_to_model(prompt):
        if is_output:
            output = text
        elif not text.startswith(ASIDE):
            user, output = text, None
    return user, output


def next_step(prompt: str) -> tuple[str, dict] | None:
    """The call of the last chain whose turn it is, if there is a chain and it has not ended."""
    steps, outputs = [], []
    for text, is_output in said_to_model(prompt):
        if is_output:
            outputs.append(text)
        elif not text.startswith(ASIDE):
            chain = re.match(r'CHAIN: (.*)', text, re.DOTALL)
            steps, outputs = chain[1].split(' | ') if chain else [], []
    if len(outputs) >= len(steps):
        return None

    def found(key: re.Match) -> str:
        values = re.findall(rf'"{key[1]}": ?"([^"]*)"', '\n'.join(outputs))
        return values[-1] if values else key[0]
    return parse_call(re.sub(r'<(\w+)>', found, steps[len(outputs)]))


def said_to_model(prompt: str) -> Iterator[tuple[str, bool]]:
    """What the prompt says to the model behind its system message, and whether it is a tool's output."""
    for text in re.findall(r'<\|im_start\|>user\n(.*?)<\|im_end\|>', prompt, re.DOTALL):
        response = re.fullmatch(r'<tool_response>\n(.*)\n</tool_response>', text, re.DOTALL)
        yield (response[1], True) if response else (text, False)


def parse_call(text: str) -> tuple[str, dict]:
    name, _, arguments = text.strip().partition(' ')
    return name, json.loads(arguments) if arguments else {}


def call_qwen3(name: str, arguments: dict) -> str:
    return f'<tool_call>\n{json.dumps({"name": name, "arguments": arguments})}\n</tool_call>'


def call_qwen3coder(name: str, arguments: dict) -> str:
    values = {key: value if isinstance(value, str) else json.dumps(value) for key, value in arguments.items()}
    parameters = ''.join(f'<parameter={key}>\n{value}\n</parameter>\n' for key, value in values.items())
    return f'<tool_call>\n<function={name}>\n{parameters}</function>\n</tool_call>'


def call_internlm(name: str, arguments: dict) -> str:
    return f'<|action_start|><|plugin|>\n{json.dumps({"name": name, "parameters": arguments})}<|action_end|>'


def call_llama3(name: str, arguments: dict) -> str:
    return f'<|python_tag|>{json.dumps({"name": name, "parameters": arguments})}'


CALL_FORMATS: dict[str, Callable[[str, dict], str]] = {
    'qwen3': call_qwen3,
    'qwen3coder': call_qwen3coder,
    'internlm': call_internlm,
    'llama3': call_llama3,
}
