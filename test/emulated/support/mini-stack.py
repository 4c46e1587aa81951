"""Runs MiniStack until standard input ends: so it ends with whoever started it, whatever became of that."""
import os
import runpy
import sys
import threading

from ministack.core import responses
from ministack.services import s3

read_own = s3._get_object_data


def read(bucket, key, version_id=None):
    """CloudFormation and Lambda read objects of another account's bucket. MiniStack's API admits that by the bucket's policy; what it reads itself it seeks among the caller's own."""
    owner = s3._bucket_owner_account(bucket)
    if owner is None:
        return None
    account = responses._request_account_id.set(owner)
    try:
        return read_own(bucket, key, version_id)
    finally:
        responses._request_account_id.reset(account)


s3._get_object_data = read
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
runpy.run_module('ministack', run_name='__main__')
