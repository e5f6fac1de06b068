"""Everything that Amazon defines, in plain Python: no Odoo, no database, no state.

Sources are named as in Amazon's documentation and OpenAPI models; "Last seen" tells when a value was last
checked.
"""
