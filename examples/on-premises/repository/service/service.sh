#!/usr/bin/env bash
echo "service 1"
