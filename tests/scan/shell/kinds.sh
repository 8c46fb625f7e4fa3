#!/bin/sh
echo '{"execute": "block_resize", "arguments": {"device": "d", "size": '$SIZE'}}' | socat - UNIX:qmp.sock
echo "{\"execute\": \"block_resize\", \"arguments\": {\"device\": \"d\", \"size\": \"$SIZE\"}}" | socat - UNIX:qmp.sock
