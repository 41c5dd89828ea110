"""What is given on the command line in place of keys of a config's file."""

from collections.abc import Iterable, Iterator, Mapping

import yaml


def typed_arguments(given: Mapping[str, object], arguments: Iterable[str]) -> Iterator[dict]:
    """Yield mappings and lists of `--config` as a config's file would have them, one by one.

    All that is within them comes from snakemake as text, numbers too.

    Parameters
    ----------
    given : mapping
        What snakemake made of the arguments.
    arguments : iterable of str
        Each as it was written, such as ``segments={window_s: 5}``.

    Yields
    ------
    dict
        Of one key. Nothing of what snakemake took for a number or a word, or had from elsewhere.

    Examples
    --------
    >>> list(typed_arguments({"a": {"b": "1", "c": "1"}}, ["a={b: 1, c: '1'}"]))
    [{'a': {'b': 1, 'c': '1'}}]
    """
    for argument in arguments:
        key, _, written = argument.partition("=")
        if isinstance(given.get(key), dict | list) and _of_text(given[key]):
            yield {key: yaml.load(written.strip("'\""), _TextKeys)}


def _of_text(value: object) -> bool:
    """Say whether all that a value holds is text, as in what snakemake reads of an argument."""
    if isinstance(value, dict | list):
        return all(map(_of_text, value.values() if isinstance(value, dict) else value))
    return isinstance(value, str)


class _TextKeys(yaml.SafeLoader):
    """Reads as of a file, but for keys, which are text: they take the place of such ones."""

    def construct_mapping(self, node, deep=False):
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}
