#!/usr/bin/env bash
# Stands for systemctl restart service.
exit 0
