"""dimensions"""
