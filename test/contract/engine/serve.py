"""Starts the installed LMDeploy's `lmdeploy serve api_server` with a scripted engine in place of its neural one.

Its only patch is AsyncEngine._build_pytorch; routes, parsers, chat template, streaming and keys are LMDeploy's own.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from model import make_model  # noqa: E402
from script import speak  # noqa: E402

# Longer than the answers in bytes.
THOUGHT = '<think>\nLet me think about that once more.\n</think>\n\n'


class Handle:
    """One request's way into the engine."""

    def __init__(self, engine: 'ScriptedEngine'):
        self.engine = engine
        self.cancelled = False

    async def async_stream_infer(self, session_id, input_ids, gen_config=None, **kwargs):
        from lmdeploy.messages import EngineOutput, ResponseType
        self.cancelled = False
        engine = self.engine
        # As lmdeploy/pytorch/engine/engine_instance.py has it, from 0.14 to 0.18.
        if len(input_ids) > engine.engine_config.session_len:
            yield EngineOutput(ResponseType.INPUT_LENGTH_ERROR, [])
            return
        prompt = engine.tokenizer.decode(list(input_ids), skip_special_tokens=False)
        engine.log(prompt, len(input_ids), kwargs.get('adapter_name'))
        forced = getattr(gen_config, 'response_format', None) is not None
        speech = speak(prompt, engine.tool_parser, forced)
        thought = [THOUGHT] if engine.thinks else []
        budget = gen_config.max_new_tokens
        # As the real engine does, the last output holds the last token: by it, serving tells a stop from a cut.
        for token in self.tokens(thought, speech):
            await asyncio.sleep(engine.delay)
            if self.cancelled:
                yield EngineOutput(ResponseType.CANCEL, [])
                return
            budget -= 1
            if token == engine.eos or budget <= 0:
                yield EngineOutput(ResponseType.FINISH, [token])
                return
            yield EngineOutput(ResponseType.SUCCESS, [token])
        yield EngineOutput(ResponseType.INTERNAL_ENGINE_ERROR, [])

    def tokens(self, thought, speech):
        """The speech token by token, with the end of the turn, unless the engine fails before it."""
        for piece in chain(thought, speech.pieces):
            yield from self.engine.tokenizer.encode(piece).ids
        if not speech.fails:
            yield self.engine.eos

    async def async_cancel(self, session_id):
        self.cancelled = True

    async def async_end(self, session_id):
        pass


class ScriptedEngine:

    def __init__(self, engine_config, folder: Path, options: argparse.Namespace):
        from tokenizers import Tokenizer
        self.engine_config = engine_config
        self.tokenizer = Tokenizer.from_file(str(folder / 'tokenizer.json'))
        self.eos = self.tokenizer.token_to_id('<|im_end|>')
        self.tool_parser = options.tool_call_parser or 'qwen3'
        self.delay = options.delay
        self.thinks = options.thinks
        self.log_file = options.log

    def log(self, prompt: str, tokens: int, adapter: str | None) -> None:
        if self.log_file:
            with open(self.log_file, 'a') as file:
                file.write(json.dumps({'tokens': tokens, 'adapter': adapter, 'prompt': prompt}) + '\n')

    def create_instance(self, *args, **kwargs):
        return Handle(self)

    def start_loop(self):
        pass

    def close(self):
        pass

    def end_session(self, session_id):
        return True

    def get_schedule_metrics(self):
        from lmdeploy.messages import ScheduleMetrics
        return ScheduleMetrics()

    async def get_health_status(self):
        return {'alive': True, 'message': '', 'schedule_metrics': None}

    async def sleep(self, level=1):
        pass

    def wakeup(self, tags=None):
        pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--port', type=int, required=True)
    parser.add_argument('--model-name', default='tiny-qwen3')
    parser.add_argument('--tool-call-parser')
    parser.add_argument('--reasoning-parser')
    parser.add_argument('--api-keys', nargs='*')
    parser.add_argument('--adapters', nargs='*', help='LoRA adapters as NAME=PATH; they are listed, and speak like the model')
    parser.add_argument('--session-len', type=int, default=65536)
    parser.add_argument('--vocabulary', nargs='*', type=Path, default=[], help='texts to train the tokenizer on')
    parser.add_argument('--thinks', action='store_true', help='a thought before each answer')
    parser.add_argument('--delay', type=float, default=0, help='seconds before each token')
    parser.add_argument('--log', help='a file for each prompt with its number of tokens and its adapter, as JSON lines')
    options = parser.parse_args()

    from lmdeploy.serve.core.async_engine import AsyncEngine
    folder = Path(tempfile.mkdtemp(prefix='tiny-qwen3-'))
    make_model(folder, options.session_len, options.vocabulary)

    def build(self, *args, backend_config=None, **kwargs):
        return ScriptedEngine(backend_config, folder, options)

    AsyncEngine._build_pytorch = build

    argv = ['lmdeploy', 'serve', 'api_server', str(folder), '--backend', 'pytorch', '--server-name', '127.0.0.1',
            '--server-port', str(options.port), '--model-name', options.model_name,
            '--session-len', str(options.session_len), '--max-batch-size', '16']
    if options.tool_call_parser:
        argv += ['--tool-call-parser', options.tool_call_parser]
    if options.reasoning_parser:
        argv += ['--reasoning-parser', options.reasoning_parser]
    if options.api_keys:
        argv += ['--api-keys', *options.api_keys]
    if options.adapters:
        argv += ['--adapters', *options.adapters]
    sys.argv = argv
    from lmdeploy.cli import run
    run()


if __name__ == '__main__':
    main()
